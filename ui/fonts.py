"""The bundled Lao font, which also holds Latin letters."""

from importlib.resources import as_file, files

from PySide6.QtGui import QFontDatabase

FAMILY = "Noto Sans Lao"


def load_fonts() -> str:
    """Load Noto Sans Lao into Qt and give its family name."""
    folder = files("justmytype_intl_sea") / "fonts" / "ofl" / "notosanslao"
    for entry in folder.iterdir():
        if entry.name.endswith(".ttf"):
            with as_file(entry) as path:
                number = QFontDatabase.addApplicationFont(str(path))
            families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
            if families:
                return families[0]
    raise FileNotFoundError("justmytype-intl-sea holds no Noto Sans Lao")
