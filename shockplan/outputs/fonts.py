"""The Lao font on paper: two static cuts of Noto Sans Lao, and the part of them a document embeds.

Noto Sans Lao is a variable font that also holds Latin letters and digits. Its Regular and Bold are
cut once and kept in the user's cache folder, where several programs may write at the same time.
"""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import platformdirs
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas

from shockplan.bundled import bundled
from shockplan.problems import InputError, Problem

REGULAR, BOLD = "Lao", "Lao-Bold"
WEIGHTS = {REGULAR: 400, BOLD: 700}
FONT_PACKAGE = "justmytype_intl_sea"
FONT_FILE = "fonts/ofl/notosanslao/NotoSansLao[wdth,wght].ttf"


@dataclass(frozen=True, eq=False)
class Cut:
    """One static font: its bytes, HarfBuzz's view of it, and what a PDF says about it.

    Lengths are in 1/1000 of the letter size. `advance[glyph]` is the width in the font's own table;
    `meaning[glyph]` the character a glyph stands for.
    """

    name: str
    content: bytes
    shaper: hb.Font
    advance: tuple[int, ...]
    meaning: dict[int, str]
    characters: frozenset[int]
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]


def register_fonts() -> None:
    """Make the fonts `Lao` and `Lao-Bold` known to reportlab, once.

    Raises InputError (`paper.no_font`) where the font's package is not installed.
    """
    for name in (REGULAR, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(ttfonts.TTFont(name, io.BytesIO(cut(name).content), shapable=True))


@cache
def cut(name: str) -> Cut:
    """The static font of that name (`Lao` or `Lao-Bold`). Raises InputError as `register_fonts`."""
    content = _cached(name)
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    per_mille = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    head = font["head"]
    return Cut(
        name="NotoSansLao-" + ("Bold" if name == BOLD else "Regular"),
        content=content,
        shaper=_shaper(content),
        advance=tuple(round(font["hmtx"][glyph][0] * per_mille) for glyph in order),
        meaning=_meanings(font),
        characters=frozenset(font.getBestCmap()),
        ascent=round(font["hhea"].ascent * per_mille),
        descent=round(font["hhea"].descent * per_mille),
        cap_height=round(font["OS/2"].sCapHeight * per_mille),
        box=(head.xMin, head.yMin, head.xMax, head.yMax),
    )


def _shaper(content: bytes) -> hb.Font:
    shaper = hb.Font(hb.Face(content))
    shaper.scale = (1000, 1000)
    return shaper


def _meanings(font: TTFont) -> dict[int, str]:
    """Glyph number -> character. A form made for a position means what its base name means."""
    by_name: dict[str, str] = {}
    for character, glyph in sorted(font.getBestCmap().items()):
        by_name.setdefault(glyph, chr(character))
    order = font.getGlyphOrder()
    return {
        number: meaning
        for number, glyph in enumerate(order)
        if (meaning := by_name.get(glyph) or by_name.get(glyph.split(".")[0]))
    }


def _cached(name: str) -> bytes:
    """The cut's bytes from the cache folder, or cut now. A damaged file in the cache is cut again."""
    source = _variable_font()
    key = _key(source, name)
    path = Path(platformdirs.user_cache_dir("shockplan", appauthor=False)) / "fonts" / f"{key}.bin"
    for place in (bundled("fonts", path.name), path):  # the bundle brings its cuts along
        try:
            stored = place.read_bytes()
        except OSError:
            continue
        if stored and hashlib.sha256(stored[32:]).digest() == stored[:32]:
            return stored[32:]
    content = cut_font(source, WEIGHTS[name])
    _keep(path, hashlib.sha256(content).digest() + content)
    return content


def keep_cuts(folder: Path) -> None:
    """Write both cuts where the bundle takes them from, so that its first start need not cut."""
    source = _variable_font()
    for name in WEIGHTS:
        content = cut_font(source, WEIGHTS[name])
        _keep(folder / f"{_key(source, name)}.bin", hashlib.sha256(content).digest() + content)


def _key(source: bytes, name: str) -> str:
    """What a cut depends on, as the name of its file."""
    return hashlib.sha256(source + f"{WEIGHTS[name]} {version('fonttools')}".encode()).hexdigest()[:24]


def _variable_font() -> bytes:
    try:
        return resources.files(FONT_PACKAGE).joinpath(FONT_FILE).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise InputError(Problem("paper.no_font", file="Noto Sans Lao")) from error


def _keep(path: Path, stored: bytes) -> None:
    """Write to the cache so that a reader sees all of it or nothing; no cache is no fault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(stored)
        os.replace(unfinished, path)  # noqa: PTH105
    except OSError:
        return


def cut_font(source: bytes, weight: int) -> bytes:
    """A static font of that weight from a variable one. Same input, same bytes."""
    from fontTools.varLib import instancer  # a sixth of a second that only the first start needs

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True)
    written = io.BytesIO()
    font.save(written, reorderTables=True)
    return written.getvalue()


class EmbeddedFont:
    """A cut inside one PDF document: collects the glyphs drawn and writes just those at the end."""

    def __init__(self, source: Cut, doc: "pdfdoc.PDFDocument") -> None:
        self.source = source
        self.used: set[int] = {0}
        self.resource = f"F{len(doc.fontMapping) + 1}"
        doc.fontMapping[f"{source.name} glyphs"] = "/" + self.resource
        doc.delayedFonts.append(self)

    def addObjects(self, doc: "pdfdoc.PDFDocument") -> None:  # noqa: N802
        """Called by reportlab when the document is saved."""
        used = sorted(self.used)
        tag = hashlib.sha256(repr(used).encode()).digest()[:6]
        base = "".join(chr(65 + byte % 26) for byte in tag) + "+" + self.source.name
        meanings = {glyph: self.source.meaning.get(glyph, "\ufffd") for glyph in used}
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(base),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([doc.Reference(self._descendant(doc, base, used))]),
                "ToUnicode": doc.Reference(_stream(_to_unicode(meanings))),
            }
        )
        doc.idToObject["BasicFonts"].dict[self.resource] = doc.Reference(font)

    def _descendant(self, doc: "pdfdoc.PDFDocument", base: str, used: list[int]) -> "pdfdoc.PDFDictionary":
        """The glyphs' outlines and widths; a glyph's number in the page is its number in the font."""
        system = {
            "Registry": pdfdoc.PDFString("Adobe"),
            "Ordering": pdfdoc.PDFString("Identity"),
            "Supplement": 0,
        }
        widths: list[object] = []
        for glyph in used:
            widths += [glyph, pdfdoc.PDFArray([self.source.advance[glyph]])]
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": pdfdoc.PDFName(base),
                "CIDSystemInfo": pdfdoc.PDFDictionary(system),
                "FontDescriptor": doc.Reference(self._descriptor(doc, base, used)),
                "DW": 0,
                "W": pdfdoc.PDFArray(widths),
                "CIDToGIDMap": pdfdoc.PDFName("Identity"),
            }
        )

    def _descriptor(self, doc: "pdfdoc.PDFDocument", base: str, used: list[int]) -> "pdfdoc.PDFDictionary":
        content = subset_font(self.source.content, used)
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": pdfdoc.PDFName(base),
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray(list(self.source.box)),
                "ItalicAngle": 0,
                "Ascent": self.source.ascent,
                "Descent": self.source.descent,
                "CapHeight": self.source.cap_height,
                "StemV": 120 if "Bold" in base else 80,
                "FontFile2": doc.Reference(_stream(content, Length1=len(content))),
            }
        )


def embedded_font(canvas: Canvas, bold: bool) -> EmbeddedFont:
    """The cut as embedded in the canvas's document; added to it the first time it is asked for."""
    doc = canvas._doc
    fonts: dict[bool, EmbeddedFont] | None = getattr(doc, "lao_fonts", None)
    if fonts is None:
        fonts = doc.lao_fonts = {}  # on the document itself: asked for with every string drawn
    if bold not in fonts:
        fonts[bold] = EmbeddedFont(cut(BOLD if bold else REGULAR), doc)
    return fonts[bold]


def subset_font(content: bytes, glyphs: list[int]) -> bytes:
    """The font with the outlines of the given glyphs alone; glyph numbers stay as they are.

    By HarfBuzz: under a millisecond, where fontTools takes thirty, and every document needs two.
    """
    wanted = hb.SubsetInput()
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NOTDEF_OUTLINE
        | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    )
    wanted.sets(hb.SubsetInputSets.UNICODE).clear()
    wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
    unneeded = (int.from_bytes(tag, "big") for tag in (b"GDEF", b"GPOS", b"GSUB", b"STAT"))
    wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(unneeded)
    return bytes(wanted.subset(hb.Face(content)).blob.data)


def _stream(content: bytes, **entries: int) -> "pdfdoc.PDFStream":
    return pdfdoc.PDFStream(
        dictionary=pdfdoc.PDFDictionary(entries), content=content, filters=[pdfdoc.PDFZCompress]
    )


def _to_unicode(meanings: dict[int, str]) -> bytes:
    """A CMap that gives each glyph its character, for programs that look past ActualText."""
    lines = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in meanings.items()]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
