"""The structure of a tagged PDF: what is a heading, a paragraph, a table, so that it can be read aloud.

What is drawn inside `marked` belongs to an element of the structure, what is drawn inside `artifact` to
none: rules, warnings and page numbers that every page repeats. On a canvas without tags both do nothing.
Written as PDF 1.7 (ISO 32000-1, 14.7 and 14.8) says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas


class Mark(NamedTuple):
    """A stretch of a page's content: page and number on it, pages counted from 1."""

    page: int
    number: int


@dataclass(eq=False)
class Element:
    """A part of the document by its standard role: Document, H1, P, Table, TR, TH, TD, Figure, ..."""

    role: str
    alt: str = ""
    kids: "list[Element | Mark]" = field(default_factory=list)


@dataclass(eq=False)
class Tags:
    """The structure of a document under way: its open elements, and the element of every mark of a page."""

    root: Element = field(default_factory=lambda: Element("Document"))
    path: list[Element] = field(default_factory=list)
    pages: dict[int, list[Element]] = field(default_factory=dict)

    @property
    def parent(self) -> Element:
        return self.path[-1] if self.path else self.root

    def mark(self, page: int, element: Element) -> int:
        """The number of the next stretch of content on the page; it belongs to the element."""
        marks = self.pages.setdefault(page, [])
        marks.append(element)
        element.kids.append(Mark(page, len(marks) - 1))
        return len(marks) - 1


def start_tags(canvas: Canvas) -> None:
    """From here on the canvas keeps a structure."""
    canvas._doc.tags = Tags()


def tags_of(canvas: Canvas) -> Tags | None:
    tags: Tags | None = getattr(canvas._doc, "tags", None)
    return tags


@contextmanager
def group(canvas: Canvas, role: str, alt: str = "") -> Iterator[None]:
    """An element that holds others, as a table holds its rows."""
    tags = tags_of(canvas)
    if tags is None:
        yield
        return
    element = Element(role, alt)
    tags.parent.kids.append(element)
    tags.path.append(element)
    yield
    tags.path.pop()


def leaf(canvas: Canvas, role: str, alt: str = "") -> Element | None:
    """An element for content; `content` puts some into it, on one page or several."""
    tags = tags_of(canvas)
    if tags is None:
        return None
    element = Element(role, alt)
    tags.parent.kids.append(element)
    return element


@contextmanager
def content(canvas: Canvas, element: Element | None) -> Iterator[None]:
    """What is drawn inside is content of the element."""
    tags = tags_of(canvas)
    if tags is None or element is None:
        yield
        return
    number = tags.mark(canvas.getPageNumber(), element)
    canvas._code.append(f"/{element.role} <</MCID {number}>> BDC")
    yield
    canvas._code.append("EMC")


@contextmanager
def marked(canvas: Canvas, role: str, alt: str = "") -> Iterator[None]:
    """What is drawn inside is one element by itself."""
    with content(canvas, leaf(canvas, role, alt)):
        yield


@contextmanager
def artifact(canvas: Canvas) -> Iterator[None]:
    """What is drawn inside is no part of the text."""
    if tags_of(canvas) is None:
        yield
        return
    canvas._code.append("/Artifact BMC")
    yield
    canvas._code.append("EMC")


def finish_tags(canvas: Canvas) -> None:
    """Put the structure into the document; called once, before it is saved."""
    tags = tags_of(canvas)
    if tags is None:
        return
    doc = canvas._doc
    root = Written(b"")
    reference = doc.Reference(root)
    written: dict[Element, Written] = {}
    top = _written(doc, tags.root, reference, written)
    parents = []
    for page, elements in sorted(tags.pages.items()):
        parents.append((page - 1, [written[element].reference for element in elements]))
    root.parts = [
        b"<< /Type /StructTreeRoot /K ", top, b" /ParentTree << /Nums [",
        *_numbered(parents), b"] >> /ParentTreeNextKey %d >>" % (max(tags.pages, default=0) + 1),
    ]  # fmt: skip
    doc.Catalog.StructTreeRoot = root
    doc.Catalog.MarkInfo = Written(b"<< /Marked true >>")


def tag_page(canvas: Canvas, number: int) -> None:
    """Let a finished page know its place in the structure, and that its fields follow it."""
    tags = tags_of(canvas)
    if tags is None:
        return
    page = canvas._doc.idToObject[f"Page{number}"]
    page.__NoDefault__ = [*type(page).__NoDefault__, "StructParents", "Tabs"]
    page.StructParents = number - 1
    page.Tabs = pdfdoc.PDFName("S")
    tags.pages.setdefault(number, [])


class Written(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab has no types
    """A dictionary as bytes, with references between them; thousands of them are soon written."""

    __RefOnly__ = 1

    def __init__(self, *parts: "bytes | pdfdoc.PDFObject") -> None:
        self.parts = list(parts)
        self.reference: pdfdoc.PDFObject = None

    def format(self, document: "pdfdoc.PDFDocument") -> bytes:
        return b"".join(part if isinstance(part, bytes) else part.format(document) for part in self.parts)


def _written(
    doc: "pdfdoc.PDFDocument",
    element: Element,
    parent: "pdfdoc.PDFObject",
    written: dict[Element, Written],
) -> "pdfdoc.PDFObject":
    """Register the element and all below it; the reference to it comes back."""
    made = Written()
    made.reference = doc.Reference(made)
    written[element] = made
    made.parts = [b"<< /Type /StructElem /S /%s /P " % element.role.encode(), parent]
    if element.alt:
        made.parts.append(b" /Alt <FEFF%s>" % element.alt.encode("utf-16-be").hex().upper().encode())
    if element.role == "TH":
        made.parts.append(b" /A << /O /Table /Scope /Column >>")
    made.parts.append(b" /K [")
    for kid in element.kids:
        if isinstance(kid, Mark):
            page = pdfdoc.PDFObjectReference(f"Page{kid.page}")
            made.parts += [b" << /Type /MCR /Pg ", page, b" /MCID %d >>" % kid.number]
        else:
            made.parts += [b" ", _written(doc, kid, made.reference, written)]
    made.parts.append(b"] >>")
    return made.reference


def _numbered(parents: "list[tuple[int, list[pdfdoc.PDFObject]]]") -> "Iterator[bytes | pdfdoc.PDFObject]":
    for number, references in parents:
        yield b" %d [" % number
        for reference in references:
            yield b" "
            yield reference
        yield b"]"
