"""Workbooks that a password protects, opened in memory: what was behind it never lies open on a disk."""

import io
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from xml.parsers.expat import ExpatError

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from shockplan.registry.tables import fault

Passwords = Mapping[str, str]
"""Name of a file -> the password of its workbook; "" for any file that is not named."""

NO_PASSWORDS: Passwords = MappingProxyType({})

ASKED = frozenset({"registry.password", "registry.password_wrong"})
"""Codes of the faults that a password may mend; their `file` is the one to ask about."""

MOST_BYTES = 1 << 30
MOST_SPINS = 10_000_000
"""A workbook may ask for its password to be hashed 100,000 times; a hostile one for days."""

_DAMAGED = (
    DecryptionError, FileFormatError, ParseError, OSError, ValueError, LookupError, TypeError,
    AttributeError, AssertionError, ArithmeticError, struct.error, ExpatError,
)  # fmt: skip
"""What the library raises over a damaged container: it trusts what it reads."""


def unlocked(path: Path, passwords: Passwords) -> io.BytesIO:
    """The content of a protected workbook (XLSX, XLS).

    Raises InputError: no password given, the wrong one, or a protection that is not known.
    """
    password = passwords.get(path.name, passwords.get(""))
    if not password:
        raise fault("registry.password", path)
    if path.stat().st_size > MOST_BYTES:
        raise fault("registry.too_big", path, size=MOST_BYTES >> 20)
    content = io.BytesIO()
    try:
        with path.open("rb") as file:
            office = msoffcrypto.OfficeFile(file)
            if getattr(office, "info", None) and int(office.info.get("spinValue", 0)) > MOST_SPINS:
                raise FileFormatError("spinCount")
            office.load_key(password=password)
            office.decrypt(content)
    except InvalidKeyError as error:
        raise fault("registry.password_wrong", path) from error
    except _DAMAGED as error:
        raise fault(
            "registry.password_kind", path, reason=str(error)[:200] or type(error).__name__
        ) from error
    content.seek(0)
    return content
