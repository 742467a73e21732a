"""Where each text of a PDF of ours stands: read from the page's own operators, without a renderer."""

import re
from pathlib import Path

from pypdf import PdfReader

from shockplan import __version__
from shockplan.outputs.fonts import BOLD, REGULAR, cut

TEXT = re.compile(
    r"BT /(F\d+) ([\d.]+) Tf 1 0 0 1 (-?[\d.]+) (-?[\d.]+) Tm "
    r"(?:/Span <</ActualText <FEFF([0-9A-F]*)>>> BDC )?(.*?) ET"
)


def placed_texts(path: Path, page: int) -> list[str]:
    """`x y size weight text` of every string on the page (counted from 0), in drawing order.

    The program's version is scrubbed.
    """
    reader = PdfReader(path)
    fonts = {
        name.strip("/"): BOLD if "Bold" in str(font.get_object()["/BaseFont"]) else REGULAR
        for name, font in reader.pages[page]["/Resources"]["/Font"].items()
        if "/DescendantFonts" in font.get_object()
    }
    content = reader.pages[page].get_contents().get_data().decode("ascii")
    return [
        f"{x} {y} {size} {fonts[font]} {said(actual, shown, fonts[font])}".replace(__version__, "VERSION")
        for font, size, x, y, actual, shown in TEXT.findall(content)
    ]


def said(actual: str, shown: str, font: str) -> str:
    """The string of an operator: its ActualText, else what its glyphs mean."""
    if actual:
        return bytes.fromhex(actual).decode("utf-16-be")
    codes = "".join(re.findall(r"<([0-9A-F]+)>", shown))
    return "".join(cut(font).meaning[int(codes[at : at + 4], 16)] for at in range(0, len(codes), 4))
