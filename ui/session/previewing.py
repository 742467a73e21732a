"""Pages before they are printed: a paper is written as for the folder, its pages become pictures."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from shockplan.progress import Progress
from shockplan.texts import Language

if TYPE_CHECKING:
    from shockplan.outputs.papers import Paper
    from shockplan.plan import Plan
    from ui.session.session import Session

POINTS_AN_INCH = 72.0


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: RGB, three bytes each, rows of width * 3. `inches`: its size on paper."""

    number: int
    width: int
    height: int
    pixels: bytes
    inches: tuple[float, float]


class Preview(QObject):
    """`listed`: the names of the papers; `opened`: a name and its number of pages; `shown`: a `PageImage`.

    A paper holds names: it lies in this program's memory and, while it is written, in a private folder.
    """

    listed = Signal(object)
    opened = Signal(str, int)
    shown = Signal(object)

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self.session = session
        self.content = b""
        self.name = ""

    def list(self) -> None:
        """Ask which papers the plan gives."""
        made = self.session.made
        if made is None:
            return
        plan = made.plan

        def work(progress: Progress) -> tuple[str, ...]:
            progress(0)
            return tuple(paper.name for paper in papers(plan))

        self.session.start_job("ui.job.preview", "papers", work, self.listed.emit, quiet=True)

    def open(self, name: str) -> None:
        """Write one paper and look at it."""
        made = self.session.made
        if made is None:
            return
        plan = made.plan

        def work(progress: Progress) -> tuple[str, bytes, int]:
            content = written(plan, name, progress)
            return name, content, page_count(content)

        self.session.start_job("ui.job.preview", "preview", work, self._take)

    def show_page(self, number: int, dots_an_inch: float) -> None:
        """Ask for the picture of a page (from 0)."""
        content = self.content

        def work(progress: Progress) -> PageImage:
            progress(0)
            return page_image(content, number, dots_an_inch)

        self.session.start_job("ui.job.preview", "page", work, self.shown.emit, quiet=True)

    def page_for_print(self, number: int, dots_an_inch: float, done: Any) -> None:
        """Hand over the picture of a page for the printer."""
        content = self.content
        self.session.start_job(
            "ui.job.print", "print", lambda progress: page_image(content, number, dots_an_inch), done
        )

    def forget(self) -> None:
        """Let the paper go."""
        self.content, self.name = b"", ""

    def _take(self, found: Any) -> None:
        self.name, self.content, pages = found
        self.opened.emit(self.name, pages)


def papers(plan: "Plan") -> "list[Paper]":
    """Every PDF that a run writes, and the atlas."""
    from maps.pdf_painter import draw_plan_map
    from shockplan.outputs.papers import all_papers

    return [*all_papers(plan, draw_plan_map), *atlas_papers(plan)]


def atlas_papers(plan: "Plan") -> "Iterator[Paper]":
    """The book of all districts in each language."""
    from maps.atlas_files import BOOK, write_atlas
    from shockplan.outputs.papers import Paper

    for language in plan.inputs.spec.plan.languages:

        def write(path: Path, progress: Progress, language: Language = language) -> None:
            write_atlas(plan, path.parent / "atlas", language, progress=progress)
            (path.parent / "atlas" / BOOK).replace(path)

        yield Paper(f"atlas.{language}.pdf", 3000, write)


def written(plan: "Plan", name: str, progress: Progress) -> bytes:
    """The bytes of one paper."""
    paper = next(each for each in papers(plan) if each.name == name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        paper.write(path, progress)
        return path.read_bytes()


def page_count(content: bytes) -> int:
    from pypdfium2 import PdfDocument

    document = PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def page_image(content: bytes, number: int, dots_an_inch: float) -> PageImage:
    """A page as pixels."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(content)
    try:
        page = document[number]
        across, down = page.get_size()
        bitmap = page.render(scale=dots_an_inch / POINTS_AN_INCH, rev_byteorder=True)
        array = bitmap.to_numpy()[:, :, :3]
        return PageImage(
            number,
            bitmap.width,
            bitmap.height,
            array.tobytes(),
            (across / POINTS_AN_INCH, down / POINTS_AN_INCH),
        )
    finally:
        document.close()
