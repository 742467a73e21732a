"""Beginning a plan: the files are looked at as they are chosen, then the plan is written and opened."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from shockplan.problems import InputError
from shockplan.progress import Progress, part
from ui.key_path import KeyPath, path_of
from ui.results import Looked
from ui.session.editing import bare_sentence
from ui.session.unlocking import Unlocking
from ui.session.work import Made, MapGlance, open_and_plan

if TYPE_CHECKING:
    from shockplan.texts import Language
    from ui.session.session import Session

FIELD_OF_KEY: tuple[tuple[KeyPath, str], ...] = (
    (("plan", "name"), "name"),
    (("plan",), "name"),
    (("registry",), "registry"),
    (("layers", 0, "observed"), "observed"),
    (("layers", 0, "code"), "code"),
    (("layers", 0, "value"), "severity_field"),
    (("layers", 0, "classes", "field"), "severity_field"),
    (("layers", 0, "classes"), "low"),
    (("layers", 0, "name"), "layer_name"),
    (("layers",), "layer"),
    (("transfers", 0, "rounds"), "rounds"),
    (("transfers",), "round_kip"),
    (("funds", 0, "name"), "fund_name"),
    (("funds",), "fund_kip"),
)
"""Which field of the form a fault of the plan file belongs under."""

FILES = ("registry", "layer", "observed")


class Beginning(QObject):
    """`looked`: which file ("registry" or "layer") and a `Looked`; `refused`: {field: sentence}."""

    looked = Signal(str, object)
    refused = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session

    def look(self, which: str, path: Path) -> None:
        """Say what a file holds, before it is used."""
        language, unlocking = self.session.words.language, self.session.unlocking

        def work(progress: Progress) -> Looked:
            return looked_at(which, path, language, progress, unlocking)

        def done(look: object) -> None:
            self.looked.emit(which, look)

        self.session.start_job("ui.job.look", f"look {which}", work, done)

    def begin(self, said: dict[str, Any], path: Path) -> None:
        """Write the plan and open it; what cannot be is said under the field it belongs to."""
        session = self.session
        language, glance, who = session.words.language, session.looking.glance, session.who

        def work(progress: Progress) -> Made | dict[str, str]:
            return begun(said, path, language, glance, who, progress, session.unlocking)

        def done(made: object) -> None:
            if isinstance(made, dict):
                self.refused.emit(made)
            else:
                session.take_opened(made)

        session.start_job("ui.job.new", "open", work, done)


def looked_at(
    which: str, path: Path, language: "Language", progress: Progress, unlocking: Unlocking
) -> Looked:
    """What a file holds, or the sentence that says why it cannot be read."""
    from shockplan.new_plan import look_at_layer, look_at_registry
    from shockplan.rule_sentences import field_label

    try:
        if which == "registry":
            registry = unlocking.read(path, lambda known: look_at_registry(path, progress, known), progress)
            return Looked(
                rows=registry.rows,
                taken=tuple(heading for heading, _ in registry.taken),
                missing=tuple(field_label(name, language) for name in registry.missing),
                headings=registry.headings,
            )
        layer = look_at_layer(path, progress)
    except InputError as error:
        sentences = (bare_sentence(problem, language) for problem in error.problems)
        return Looked(fault="\n".join(dict.fromkeys(sentences)))
    return Looked(
        rows=layer.features,
        kind=layer.kind,
        headings=layer.headings,
        code=layer.code,
        product=layer.product,
    )


def begun(
    said: dict[str, Any],
    path: Path,
    language: "Language",
    glance: MapGlance,
    who: str,
    progress: Progress,
    unlocking: Unlocking,
) -> Made | dict[str, str]:
    """The plan that was begun; or, for each field of the form, what is wrong with it."""
    from shockplan.new_plan import NewPlan, write_new_plan, write_new_workspace

    written: Path | None = None
    try:
        new = NewPlan(**{name: Path(value) if name in FILES else value for name, value in said.items()})
        written = write_new_workspace(new, path) if path.suffix == ".shockplan" else write_new_plan(new, path)
        unlocking.hand_on(new.registry, written)
        return open_and_plan(written, language, glance, part(progress, 0.1, 1), unlocking, who=who)
    except InputError as error:
        if written:
            written.unlink(missing_ok=True)  # nothing is left of a plan that cannot be
        faults: dict[str, str] = {}
        for problem in error.problems:
            name = field_of(path_of(problem.column or ""), problem.file, said)
            sentence = bare_sentence(problem, language)
            faults[name] = "\n".join(dict.fromkeys([*faults.get(name, "").splitlines(), sentence]))
        return faults


def field_of(key: KeyPath, file: str, said: dict[str, Any]) -> str:
    """The field that a fault belongs to: by its key in the plan file, else by the file it was found in."""
    for known, name in FIELD_OF_KEY:
        if key[: len(known)] == known:
            return name
    for name in FILES:
        if said.get(name) and Path(said[name]).name == file:
            return name
    return "path"
