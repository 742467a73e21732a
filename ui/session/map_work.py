"""What a person does with the map beside looking at it: take it away, add to it, make a place a condition."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ui.messages import Message
from ui.session.editing import with_place
from ui.session.map_making import save_map, sheet_of

if TYPE_CHECKING:
    from maps.layout import Layout
    from maps.scene import Scene
    from ui.session.session import Session

    Picture = Callable[[Scene, Layout, tuple[float, float]], object]
    Packed = Callable[[Scene, Layout, tuple[float, float]], bytes]


class MapWork:
    """The map's part of the session."""

    def __init__(self, session: "Session") -> None:
        self.session = session

    def save(self, scene: "Scene", path: Path, picture: "Packed") -> None:
        """Write a sheet with the map: PDF, SVG, or PNG as `picture` paints it."""
        session = self.session
        session.start_job(
            "ui.job.map",
            "map",
            lambda progress: save_map(scene, path, picture),
            lambda saved: session.messages.tell(Message("done", session.words("ui.saved", file=str(path)))),
        )

    def paint(self, scene: "Scene", picture: "Picture", done: Callable[[object], None]) -> None:
        """Hand over what `picture` paints of the sheet."""
        self.session.start_job(
            "ui.job.map", "map", lambda progress: picture(scene, *sheet_of(scene)), done, quiet=True
        )

    def limit_to(self, pcodes: tuple[str, ...]) -> None:
        """Make the districts a condition of eligibility: the rule as it is, and the place."""
        document = self.session.history.now
        if document is not None and pcodes:
            rule = document.spec.eligibility.rule.model_dump(exclude_unset=True)
            self.session.change(("eligibility", "rule"), with_place(rule, pcodes))

    def add_context(self, file: Path, kind: str) -> None:
        """Draw the rivers, roads, places or areas of a file on the map."""
        from shockplan.document_files import name_from

        session = self.session
        results, document = session.results, session.history.now
        if results is None or document is None:
            return
        there = [each.model_dump(exclude_unset=True) for each in document.spec.context]
        named = {"file": name_from(results.plan_path.parent, file), "kind": kind, "title": file.stem}
        session.change(("context",), [*there, named])
