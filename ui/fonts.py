"""The bundled Lao font, which also holds Latin letters, in the two weights the window uses."""

from PySide6.QtGui import QFontDatabase

from shockplan.outputs.fonts import BOLD, REGULAR, cut

FAMILY = "Noto Sans Lao"


def load_fonts() -> str:
    """Give Qt the static cuts that paper uses too; Qt takes only one weight from the variable font."""
    families = [
        family
        for name in (REGULAR, BOLD)
        for family in QFontDatabase.applicationFontFamilies(
            QFontDatabase.addApplicationFontFromData(cut(name).content)
        )
    ]
    if set(families) != {FAMILY}:
        raise RuntimeError(f"the bundled font calls itself {families}")
    return FAMILY
