"""The square code on a list: which list of which plan it is, and what it must add up to."""

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.pdfgen.canvas import Canvas

VERSION = 4  # 33 x 33 modules: room for 90 capital letters and digits
MASK = 2
QUIET = 4  # white modules around the code, as the standard asks


def list_code(list_id: str, fingerprint: str, lines: int, kip: int) -> str:
    """What the code says, readable by eye as well: list, plan, lines and kip.

    >>> list_code("LA1701-012-R1", "a1b2-c3d4-e5f6-0718", 13, 5_800_000)
    'SHOCKPLAN LA1701-012-R1 A1B2-C3D4-E5F6-0718 13 5800000'
    """
    return f"SHOCKPLAN {list_id} {fingerprint.upper()} {lines} {kip}"


def draw_code(canvas: Canvas, x: float, y: float, size: float, text: str) -> None:
    """The code in a square of `size` points with its quiet zone; x, y is the lower left corner.

    The mask is fixed: weighing all eight would take twenty times as long and change nothing that a
    reader needs.
    """
    code = QRCode(VERSION, QRErrorCorrectLevel.M)
    code.addData(text)
    code.makeImpl(False, MASK)
    step = size / (len(code.modules) + 2 * QUIET)
    rectangles = []
    for row, modules in enumerate(code.modules):
        bottom = y + size - (row + 1 + QUIET) * step
        start = None
        for column, dark in enumerate([*modules, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left = x + (start + QUIET) * step
                rectangles.append(f"{left:.3f} {bottom:.3f} {(column - start) * step:.3f} {step:.3f} re")
                start = None
    canvas._code.append("n " + " ".join(rectangles) + " f")
