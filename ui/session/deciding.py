"""What persons decide about the registry: questions asked, answers put into the plan's decision files."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError, Problem
from shockplan.progress import Progress
from ui.asking import Asked, Kind, Question
from ui.messages import Message

if TYPE_CHECKING:
    from shockplan.registry.place_decisions import PlaceDecisions
    from ui.session.session import Session

PLACE_SWITCHES = ("accept_known_names", "exchange_points")


class Deciding(QObject):
    """`asked` carries the questions of the kind that was asked for last."""

    asked = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session

    def ask(self, kind: Kind, district: str = "") -> None:
        """Work out the questions of a kind; of one district where one is chosen."""
        made = self.session.made
        if made is None:
            return
        plan, language = made.plan, self.session.words.language
        contents = dict(plan.inputs.contents)

        def work(progress: Progress) -> Asked:
            from ui.session.questions import asked

            progress(0)
            return asked(kind, plan, contents, language, district)

        self.session.start_job("ui.job.ask", "ask", work, self.asked.emit, quiet=True)

    def answer(self, question: Question, answer: str, values: Mapping[str, str] | None = None) -> None:
        """Decide a question; "" takes the decision back. `values`: what was found, by field (check list)."""
        kind = question.key[0]
        if kind in ("district", "village"):
            self._decide_place(question.key, answer)
        elif kind == "duplicates":
            self._put("duplicates", {one: {"answer": cut_or_pay(one, answer)} for one in question.key[1:]})
        elif kind == "verify":
            self._put("verify", {question.key[1]: {"answer": answer, **(values or {})}})
        else:
            same = answer.removeprefix("same ") if answer.startswith("same ") else ""
            word = "same" if same else answer
            self._put(kind, {question.key[1]: {"answer": word, "household_id": same}})

    def places(self) -> dict[str, bool]:
        """The decisions about all places at once: known spellings taken, exchanged points turned."""
        decided = self._places()
        return {name: bool(getattr(decided, name)) for name in PLACE_SWITCHES}

    def set_places(self, name: str, on: bool) -> None:
        """One of PLACE_SWITCHES."""
        from dataclasses import replace

        from ui.session.answers import place_bytes

        self.session.decide("places", place_bytes(replace(self._places(), **{name: on})))

    def take_decisions(self, kind: str, path: Path) -> None:
        """A decision file that was filled in elsewhere takes the place of the plan's own."""
        try:
            content = path.read_bytes()
        except OSError as error:
            args = {"path": path.name, "reason": error.strerror or "?"}
            self.session.on_error(InputError(Problem("plan.input_unreadable", path.name, kind, args=args)))
            return
        self.session.decide(kind, content)

    def write_decisions(self, kind: str, path: Path) -> None:
        """The decisions so far as a file, to be used for the next extract."""
        from shockplan.document_files import write_whole

        content = self.session.decided(kind)
        if content is not None:
            try:
                write_whole(path, content)
            except OSError as error:
                self.session.on_error(cannot_write(path, error))
                return
            self.session.messages.tell(Message("done", self.session.words("decide.written", file=path.name)))

    def _decide_place(self, key: tuple[str, ...], answer: str) -> None:
        from dataclasses import replace
        from types import MappingProxyType

        from ui.session.answers import place_bytes

        decided = self._places()
        name = "districts" if key[0] == "district" else "villages"
        known = {each: code for each, code in getattr(decided, name).items() if each != key[1:]}
        if answer:
            known[key[1:]] = answer
        changed = {name: MappingProxyType(known)}
        self.session.decide("places", place_bytes(replace(decided, **changed)))  # type: ignore[arg-type]

    def _places(self) -> "PlaceDecisions":
        from shockplan.areas import load_gazetteer
        from ui.session.answers import place_decisions

        return place_decisions(self.session.decided("places"), load_gazetteer())

    def _put(self, kind: str, answers: Mapping[str, Mapping[str, str]]) -> None:
        from ui.session.answers import with_answers

        self.session.decide(kind, with_answers(kind, self.session.decided(kind), answers))


def cut_or_pay(household: str, answer: str) -> str:
    """What is written for one household of a cluster: all are paid, or one is kept and the others cut."""
    if answer in ("pay", "cut", ""):
        return answer
    return "pay" if answer == f"keep {household}" else "cut"


def cannot_write(path: Path, error: OSError) -> InputError:
    args = {"path": path.name, "reason": error.strerror or type(error).__name__}
    return InputError(Problem("plan.cannot_write", path.name, args=args))
