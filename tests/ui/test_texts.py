"""Every word the window asks for is there in both languages."""

import ast
import re
from pathlib import Path

from shockplan.texts import catalogue

UI = Path(__file__).resolve().parents[2] / "ui"
PLACEHOLDER = re.compile(r"{(\w+)}")
ROOMS = (  # whose words only the window says
    "ui", "build", "begin", "compare", "look", "deliver", "profile", "decide",
)  # fmt: skip
FAMILIES = {  # codes made of parts
    "ui.page.": ("situation", "registry", "who", "check", "how_much", "approve", "print"),
    "ui.certainty.": ("0", "1", "2", "3"),
    "ui.severity.": ("-1", "0", "1", "2", "3"),
    "ui.decision.": ("0", "1", "2"),
}


def asked() -> set[str]:
    """Every whole code that stands in the source of the window."""
    found = set()
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                named = re.fullmatch(rf"({'|'.join(ROOMS)})\.[a-z_.]*[a-z]", text)
                if named and not (UI / text[3:].split(".")[0]).is_dir():
                    found.add(text)
    modules = {f"ui.{path.stem}" for path in UI.glob("*.py")}
    return found - modules


def own(language: str) -> dict[str, str]:
    texts = catalogue("lo" if language == "lo" else "en")
    return {code: text for code, text in texts.items() if code.split(".")[0] in ROOMS}


def test_every_code_in_the_source_has_a_text_in_both_languages() -> None:
    codes = asked() | {head + tail for head, tails in FAMILIES.items() for tail in tails}
    assert len(codes) > 80
    assert codes - own("en").keys() == set()
    assert codes - own("lo").keys() == set()


def test_both_languages_hold_the_same_codes_and_placeholders() -> None:
    english, lao = own("en"), own("lo")
    assert english.keys() == lao.keys()
    differ = [
        code
        for code in english
        if set(PLACEHOLDER.findall(english[code])) != set(PLACEHOLDER.findall(lao[code]))
    ]
    assert differ == []


def test_lao_is_lao_and_not_english_left_over() -> None:
    lao = own("lo")
    latin = {
        code for code, text in lao.items() if re.search("[A-Za-z]", text) and not re.search("[ກ-ໝ]", text)
    }
    assert latin == {"ui.other_language"}


def test_every_status_and_reason_of_the_core_has_its_words() -> None:
    from shockplan.budget import Reason, Status

    wanted = {f"ui.status.{int(status)}" for status in Status} | {f"ui.reason.{int(why)}" for why in Reason}
    assert wanted - own("en").keys() == set()
