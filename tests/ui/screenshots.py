"""The pictures of the manual: every page in both languages and both themes, from the whole demo.

Run as `python -m tests.ui.screenshots FOLDER` where there is a display; without one it uses Xvfb's offscreen
sister, the platform `offscreen`.
"""

import contextlib
import csv
import os
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.texts import Language
from ui.pages.check import SECTIONS, CheckPage
from ui.pages.how_much import HowMuchPage
from ui.pages.registry import RegistryPage
from ui.style import Theme
from ui.window import Window, make_window

PATIENCE_S = 120
ROW = 5
LIMIT = ("eligibility", "rule", "all", 1, "any", 1, "below")
LANGUAGES: tuple[Language, ...] = ("en", "lo")
THEMES: tuple[Theme, ...] = ("light", "dark")


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def idle(window: Window) -> None:
    end = time.monotonic() + PATIENCE_S
    pause(50)
    while window.session.jobs.busy or window.map.view.busy:
        if time.monotonic() > end:
            raise TimeoutError("the work did not end")
        pause(20)
    pause(120)


def keep(window: Window, folder: Path, name: str, shown: QWidget | None = None) -> None:
    """A picture with 256 colours: a third of the bytes, and no one sees it."""
    picture = (shown or window).grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = Image.frombuffer("RGBA", (picture.width(), picture.height()), bytes(picture.constBits()))
    few = pixels.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(folder / f"{name}.png", optimize=True)


def take_pictures(window: Window, plan: Path, folder: Path) -> None:
    """Start page, then every step of the flow."""
    heard: list[object] = []
    window.messages.tell = heard.append
    for theme in THEMES:
        window.wear(theme)
        for language in LANGUAGES:
            window.words.switch(language)
            pause(60)
            keep(window, folder, f"start-{language}-{theme}")
            window.begin_plan()
            begin_plan(window, plan.parent)
            keep(window, folder, f"new-plan-{language}-{theme}")
            window.new_plan.back.click()
    window.session.open_plan(plan)
    idle(window)
    if window.session.results is None:
        raise RuntimeError(f"the demo did not open: {heard}")
    window.session.comparison.keep("As planned")
    for theme in THEMES:
        window.wear(theme)
        for language in LANGUAGES:
            window.words.switch(language)
            idle(window)
            beside(window, folder, f"{language}-{theme}")
            for page in window.pages:
                if page.code == "compare":
                    continue  # seen above, with something to compare
                window.go(page.code)
                if isinstance(page, RegistryPage):
                    page.table.choose(ROW)
                idle(window)
                keep(window, folder, f"{page.code.replace('_', '-')}-{language}-{theme}")
                if isinstance(page, CheckPage) and theme == "light":
                    take_sections(window, page, folder, language)
                if page.code == "how_much" and theme == "light":
                    keep(window, folder, f"window-{language}")
            keep_delivery(window, folder, f"{language}-{theme}")


def keep_delivery(window: Window, folder: Path, name: str) -> None:
    """The page behind the button of the lists: its table with the map, and its calendar."""
    window.stack.setCurrentWidget(window.delivery)
    idle(window)
    keep(window, folder, f"delivery-{name}")
    window.delivery.as_calendar.setChecked(True)
    keep(window, folder, f"delivery-calendar-{name}")
    window.delivery.as_calendar.setChecked(False)


def take_sections(window: Window, page: CheckPage, folder: Path, language: Language) -> None:
    """Each section of the check page, with a form and a list of payments beside the registry."""
    for section in SECTIONS:
        page.go(section)
        idle(window)
        keep(window, folder, f"check-{section.replace('_', '-')}-{language}")
    page.go(SECTIONS[0])


def with_lists(plan: Path) -> Path:
    """The demo's plan, besides which there are an assessment form and earlier payments, all made up."""
    households = read_inputs(plan).registry.households
    named = households[households["head_name_lo"].notna() & households["village_code"].notna()]
    one, two, three = (named.iloc[place] for place in (3, 40, 41))
    forms = [
        ("row id", "district code", "village code", "head of household", "members", "damage", "situation",
         "source", "signed by", "date"),
        ("1", one["district"], one["village_code"], one["head_name_lo"], 4, "major", "displaced", *SIGNED),
        ("2", two["district"], two["village_code"], "ນາງ ສົມມຸດ", 6, "destroyed", "not registered", *SIGNED),
    ]  # fmt: skip
    payments = [
        ("household id", "head of household", "district code", "amount", "date", "purpose"),
        (two["household_id"], "", "", 300_000, "1/9/2026", "ອາຫານ"),
        ("", three["head_name_lo"], three["district"], 300_000, "1/9/2026", "ອາຫານ"),
    ]
    for name, rows in (("forms.csv", forms), ("payments.csv", payments)):
        with (plan.parent / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    other = plan.with_name("WITH-LISTS.toml")
    other.write_text(plan.read_text(encoding="utf-8") + LISTS, encoding="utf-8")
    return other


SIGNED = ("ທີມ ສົມມຸດ", "ນາຍບ້ານ ສົມມຸດ", "10/10/2026")
LISTS = """
[[assessments]]
file = "forms.csv"

[[earlier_payments]]
file = "payments.csv"
agency = "WFP"
use = "show"
"""


def begin_plan(window: Window, inputs: Path) -> None:
    """Fill in as much of a new plan as shows what the form says of the files."""
    page = window.new_plan
    page.begin_anew()
    with contextlib.chdir(inputs):  # no folder of this machine on the picture
        for which, name in (("registry", "registry_made_up.csv"), ("layer", "flood_made_up.geojson")):
            page.choose(which, name)
            idle(window)


def beside(window: Window, folder: Path, tail: str) -> None:
    """What is not seen by going from page to page: the builders at work, the manual, a page to be printed."""
    session, money = window.session, next(page for page in window.pages if isinstance(page, HowMuchPage))
    window.go("how_much")
    idle(window)
    card = money.transfers[1]
    card.tools["edit"].setChecked(True)
    pause(100)
    money.scroll.verticalScrollBar().setValue(card.y() + card.examples.y() - 40)
    keep(window, folder, f"transfer-{tail}")
    card.tools["edit"].setChecked(False)
    card = money.funds[2]
    card.tools["edit"].setChecked(True)
    card.ask({**card.form.table, "currency": "USD"})
    idle(window)
    money.scroll.verticalScrollBar().setValue(card.y() + card.form.y() - 40)
    keep(window, folder, f"fund-{tail}")
    card.drop_draft()
    card.tools["edit"].setChecked(False)
    window.show_help()
    idle(window)
    if window.help is not None:
        keep(window, folder, f"manual-{tail}", window.help)
        window.help.close()
    window.show_preview()
    for _ in range(4):
        idle(window)
    preview = window.print_page.preview
    if preview is not None:
        keep(window, folder, f"preview-{tail}", preview)
        preview.close()
    session.change(LIMIT, Decimal(40))
    idle(window)
    window.go("compare")
    idle(window)
    idle(window)
    keep(window, folder, f"compare-{tail}")
    session.undo()
    idle(window)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["shockplan"])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as person:
        for place in ("DATA", "CONFIG", "CACHE", "STATE"):  # as of a new person
            os.environ[f"XDG_{place}_HOME"] = str(Path(person, place.lower()))
        window = make_window(app)
        window.resize(1366, 768)
        window.show()
        plan = with_lists(write_demo(Path(os.environ.get("DEMO_FOLDER", str(Path(person, "inputs"))))))
        try:
            take_pictures(window, plan, folder)
        finally:
            window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
