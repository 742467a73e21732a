"""The square code on a list: which list of which plan it is, and what it must add up to.

A QR code of one fixed size. Its error correction is worked out here, a table look-up a byte; the library
that places the modules would take most of a list's time for it. A test compares both.
"""

from functools import cache
from itertools import chain

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.pdfgen.canvas import Canvas

VERSION = 4  # 33 x 33 modules at level M: room for 90 capital letters and digits
BLOCKS, DATA, CORRECTION = 2, 32, 18  # bytes a block (ISO/IEC 18004, version 4-M)
MASK = 2
QUIET = 4  # white modules around the code, as the standard asks
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MOST = 90


def list_code(list_id: str, fingerprint: str, lines: int, kip: int) -> str:
    """What the code says, readable by eye as well: list, plan, lines and kip.

    >>> list_code("LA1701-012-R1", "a1b2-c3d4-e5f6-0718", 13, 5_800_000)
    'SHOCKPLAN LA1701-012-R1 A1B2-C3D4-E5F6-0718 13 5800000'
    """
    return f"SHOCKPLAN {list_id} {fingerprint.upper()} {lines} {kip}"


def draw_code(canvas: Canvas, x: float, y: float, size: float, text: str) -> None:
    """The code in a square of `size` points with its quiet zone; x, y is the lower left corner."""
    modules = code_modules(text)
    step = size / (len(modules) + 2 * QUIET)
    rectangles = []
    for row, line in enumerate(modules):
        bottom = y + size - (row + 1 + QUIET) * step
        start = None
        for column, dark in enumerate([*line, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left = x + (start + QUIET) * step
                rectangles.append(f"{left:.3f} {bottom:.3f} {(column - start) * step:.3f} {step:.3f} re")
                start = None
    canvas._code.append("n " + " ".join(rectangles) + " f")


def code_modules(text: str) -> list[list[bool]]:
    """33 rows of 33 modules, True is dark. Raises ValueError for more than 90 or other letters."""
    code = QRCode(VERSION, QRErrorCorrectLevel.M)
    code.dataCache = codewords(text)
    code.makeImpl(False, MASK)  # weighing all eight masks would change nothing that a reader needs
    modules: list[list[bool]] = code.modules
    return modules


def codewords(text: str) -> list[int]:
    """The bytes of the code: data of both blocks in turns, then their error correction in turns."""
    data = data_bytes(text)
    blocks = [data[start : start + DATA] for start in range(0, BLOCKS * DATA, DATA)]
    corrections = [correction(block) for block in blocks]
    return [
        *chain.from_iterable(zip(*blocks, strict=True)),
        *chain.from_iterable(zip(*corrections, strict=True)),
    ]


def data_bytes(text: str) -> bytes:
    """Mode, length and letters as bits, two letters in eleven, filled up to the code's capacity."""
    if len(text) > MOST:
        raise ValueError(f"{len(text)} letters do not go into a code of {MOST}")
    values = [LETTERS.index(letter) for letter in text]
    bits = f"0010{len(values):09b}"
    for first, second in zip(values[::2], values[1::2], strict=False):
        bits += f"{first * 45 + second:011b}"
    if len(values) % 2:
        bits += f"{values[-1]:06b}"
    capacity = BLOCKS * DATA
    bits += "0" * min(4, 8 * capacity - len(bits))
    bits += "0" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return packed + (b"\xec\x11" * capacity)[: capacity - len(packed)]


def correction(block: bytes) -> bytes:
    """The remainder of the block by the generator polynomial, a byte at a time."""
    table, keep = _steps(), (1 << 8 * CORRECTION) - 1
    remainder = 0
    for byte in block:
        lead = (remainder >> 8 * (CORRECTION - 1)) ^ byte
        remainder = (remainder << 8 & keep) ^ table[lead]
    return remainder.to_bytes(CORRECTION, "big")


@cache
def _steps() -> tuple[int, ...]:
    """For each leading byte, that byte times the generator polynomial (without its first term)."""
    generator = [1]
    root = 1
    for _ in range(CORRECTION):
        shifted = [*generator, 0]
        generator = [a ^ _times(b, root) for a, b in zip(shifted, [0, *generator], strict=True)]
        root = _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(lead, part) for part in generator[1:]), "big") for lead in range(256)
    )


def _times(a: int, b: int) -> int:
    """Product in the field of 256 elements with x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product
