"""Lao, Latin and digits on a PDF page: shaped by HarfBuzz, copied out as it went in.

Each string is shaped once and kept. Its glyphs go into the page with their exact places, and where
glyphs do not map one to one to characters the string itself goes along as ActualText.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import uharfbuzz as hb
from reportlab.pdfgen.canvas import Canvas

from shockplan.outputs.fonts import BOLD, REGULAR, Cut, cut, embedded_font
from shockplan.outputs.lao_syllables import breaks

Align = Literal["left", "right", "center"]
ELLIPSIS = "…"
SMALLEST = 0.75  # of a cell's usual letter size, before its text is broken or shortened
_KEPT = 100_000
_UNUSUAL = re.compile("[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f\u0e80-\u0eff\u2013-\u2026]")


class Glyph(NamedTuple):
    """One glyph at its place, in 1/1000 of the letter size from the start of the string."""

    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """A string ready for the page.

    `width` in 1/1000 of the letter size; `numbers` the glyphs it takes; `pieces` are (rise, show
    operator) in writing order; `opening` and `closing` wrap the text in its ActualText, or are empty.
    `flat` is the whole of it where nothing rises, else empty.
    """

    width: int
    numbers: frozenset[int]
    pieces: tuple[tuple[int, str], ...]
    opening: str
    closing: str
    flat: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text made to fit: its lines, their letter size, and whether some of it had to be left out."""

    lines: tuple[str, ...]
    size: float
    shortened: bool


def clean_text(text: str) -> str:
    """NFC, on one line, without control and direction characters: what is drawn and copied out.

    Zero-width spaces go too; they only propose a line break.
    """
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _UNUSUAL.search(text):
        text = "".join(_cleaned(letter) for letter in text)
    return text


def _cleaned(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "Z" or letter in "\t\n\r\v\f":
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Cn") else letter


@lru_cache(maxsize=_KEPT)
def prepare(text: str, bold: bool = False) -> Shaped:
    """Clean and shape a string."""
    text = clean_text(text)
    return _shape_plain(text, bold) if text.isascii() else shape(text, bold)


def shape(text: str, bold: bool = False) -> Shaped:
    """Shape a string of `clean_text` as a whole."""
    glyphs, width = shaped_glyphs(text, bold)
    pieces = _pieces(glyphs, cut(BOLD if bold else REGULAR))
    return _shaped(width, frozenset(glyph.number for glyph in glyphs), pieces, *_actual_text(text))


def _shaped(
    width: int, numbers: frozenset[int], pieces: tuple[tuple[int, str], ...], opening: str, closing: str
) -> Shaped:
    flat = opening + pieces[0][1] + closing if len(pieces) == 1 and not pieces[0][0] else ""
    return Shaped(width, numbers, pieces, opening, closing, flat)


def shaped_glyphs(text: str, bold: bool = False) -> tuple[list[Glyph], int]:
    """HarfBuzz's glyphs at their places, left to right, and the width of the whole."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    hb.shape(cut(BOLD if bold else REGULAR).shaper, buffer)
    glyphs: list[Glyph] = []
    pen = 0
    for info, place in zip(buffer.glyph_infos or (), buffer.glyph_positions or (), strict=True):
        glyphs.append(Glyph(info.codepoint, pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return glyphs, pen


def _shape_plain(text: str, bold: bool) -> Shaped:
    """An ASCII string put together from pairs of letters, each shaped once: numbers are mostly new.

    Kerning looks at two letters. Where a pair becomes something else (a ligature), HarfBuzz gets the
    whole string. A test compares both for any text.
    """
    if not text:
        return Shaped(0, frozenset(), (), "", "", "")
    pairs = _PAIRS[bold]
    try:
        numbers, advances, codes = zip(
            *[pairs[pair] for pair in zip(text, text[1:] + END, strict=True)], strict=True
        )
    except NotPairs:
        return shape(text, bold)
    shown = f"[{''.join(codes)}] TJ".replace("><", "")
    return Shaped(sum(advances), frozenset(numbers), ((0, shown),), "", "", shown)


END = "\0"


class NotPairs(Exception):
    """Two letters together are something else than one after the other."""


class Pairs(dict[tuple[str, str], tuple[int, int, str]]):
    """(glyph, advance, code with the move after it) of the first of two ASCII letters, made on demand."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self.bold = bold

    def __missing__(self, pair: tuple[str, str]) -> tuple[int, int, str]:
        first, second = pair
        together = first if second == END else first + second
        (alone, *more), _ = shaped_glyphs(first, self.bold)
        glyphs, width = shaped_glyphs(together, self.bold)
        after = 0 if second == END else shaped_glyphs(second, self.bold)[1]
        if more or len(glyphs) != len(together) or glyphs[0] != alone or any(glyph.y for glyph in glyphs):
            raise NotPairs
        number, advance = alone.number, width - after
        move = cut(BOLD if self.bold else REGULAR).advance[number] - advance
        self[pair] = number, advance, f"<{number:04X}>" + (f"{move}" if move and second != END else "")
        return self[pair]


_PAIRS = (Pairs(False), Pairs(True))


def _actual_text(text: str) -> tuple[str, str]:
    if text.isascii():
        return "", ""
    return f"/Span <</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}>>> BDC ", " EMC"


def _pieces(glyphs: list[Glyph], font: Cut) -> tuple[tuple[int, str], ...]:
    """Show operators: runs of glyphs on one height, with moves where the place is not the pen's."""
    pieces: list[tuple[int, str]] = []
    pen, rise, shown = 0, 0, ""
    for number, x, y in glyphs:
        if y != rise and shown:
            pieces.append((rise, f"[{shown}] TJ".replace("><", "")))
            shown = ""
        rise = y
        move = pen - x
        shown += f"{move}<{number:04X}>" if move else f"<{number:04X}>"
        pen = x + font.advance[number]
    if shown:
        pieces.append((rise, f"[{shown}] TJ".replace("><", "")))
    return tuple(pieces)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in points."""
    return prepare(text, bold).width * size / 1000


def draw_text(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    size: float,
    bold: bool = False,
    align: Align = "left",
) -> None:
    """Draw on the baseline y in the canvas's fill colour; x is the left end, right end or middle."""
    if text:
        draw_shaped(canvas, x, y, prepare(text, bold), size, bold, align)


def draw_shaped(
    canvas: Canvas, x: float, y: float, shaped: Shaped, size: float, bold: bool, align: Align
) -> None:
    """As `draw_text`, with a string that is shaped already."""
    if align != "left":
        width = shaped.width * size / 1000
        x -= width if align == "right" else width / 2
    font = embedded_font(canvas, bold)
    font.used |= shaped.numbers
    shown = shaped.flat
    if not shown:
        pieces = (f"{rise * size / 1000:.3f} Ts {show}" for rise, show in shaped.pieces)
        shown = f"{shaped.opening}{' '.join(pieces)} 0 Ts{shaped.closing}"
    canvas._code.append(f"BT /{font.resource} {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET")


def missing_letters(texts: Iterable[str]) -> set[str]:
    """The characters of the texts that the font does not have; on paper each is an empty box."""
    known = cut(REGULAR).characters
    return {letter for text in texts for letter in clean_text(text) if ord(letter) not in known}


def spelled_out(text: str) -> str:
    """The text with each letter that the font does not have as its code: `ສົມຈັນ [U+1F600]`."""
    missing = missing_letters([text])
    return "".join(f"[U+{ord(letter):04X}]" if letter in missing else letter for letter in clean_text(text))


def fits(text: str, width: float, size: float, bold: bool = False) -> bool:
    """Does the text stand on one line of that width at that size?"""
    return prepare(text, bold).width * size <= width * 1000


def hides(text: str, width: float, size: float, lines: int = 1) -> bool:
    """Would a cell leave out some of the text, or show empty boxes for letters the font lacks?"""
    if text.isascii() and len(text) * size * SMALLEST <= width:
        return False  # no ASCII letter is wider than its size, none is missing
    if 0 in prepare(text).numbers:
        return True
    if fits(text, width, size * SMALLEST):
        return False
    return fit(text, width, size, size * SMALLEST, lines).shortened


@lru_cache(maxsize=_KEPT)
def _wrapped(text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
    lines: list[str] = []
    start, places = 0, [*breaks(text), len(text)]
    last = 0
    while start < len(text):
        fitting = start
        while last < len(places) and text_width(text[start : places[last]].rstrip(), size, bold) <= width:
            fitting = places[last]
            last += 1
        if fitting == start:
            fitting = _as_much_as_fits(text, start, places[last], width, size, bold)
        lines.append(text[start:fitting].strip())
        start = fitting
    return tuple(line for line in lines if line)


def _as_much_as_fits(text: str, start: int, stop: int, width: float, size: float, bold: bool) -> int:
    """A syllable or word wider than the line is cut between letters, never before a mark; one at least."""
    best = 0
    for index in range(start + 1, stop + 1):
        if index < stop and unicodedata.category(text[index]) in ("Mn", "Mc"):
            continue
        if best and text_width(text[start:index], size, bold) > width:
            break
        best = index
    return best


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Lines no wider than `width` points, broken at spaces and between Lao syllables.

    A single word or syllable wider than the line is cut between letters. Empty text: no lines.
    """
    return list(_wrapped(clean_text(text), width, size, bold))


@lru_cache(maxsize=_KEPT)
def fit(
    text: str,
    width: float,
    size: float,
    smallest: float | None = None,
    lines: int = 1,
    bold: bool = False,
) -> Fitted:
    """Make text fit a cell: smaller letters on one line, then more lines, then an ellipsis.

    `smallest` is the smallest letter size allowed (default: 80 % of `size`).
    """
    text = clean_text(text)
    floor = size * 0.8 if smallest is None else smallest
    natural = prepare(text, bold).width / 1000
    if natural * size <= width:
        return Fitted((text,) if text else (), size, False)
    if natural * floor <= width:
        return Fitted((text,), int(width / natural * 20) / 20, False)
    for tried in (size, (size + floor) / 2, floor):
        wrapped = _wrapped(text, width, tried, bold)
        if len(wrapped) <= lines and all(text_width(line, tried, bold) <= width for line in wrapped):
            return Fitted(wrapped, tried, False)
    wrapped = _wrapped(text, width, floor, bold)
    return Fitted((*wrapped[: lines - 1], _shortened(wrapped[lines - 1], width, floor, bold)), floor, True)


def _shortened(text: str, width: float, size: float, bold: bool) -> str:
    stop = len(text)
    while stop and text_width(text[:stop] + ELLIPSIS, size, bold) > width:
        stop -= 1
        while stop and stop < len(text) and unicodedata.category(text[stop]) in ("Mn", "Mc"):
            stop -= 1
    return text[:stop] + ELLIPSIS
