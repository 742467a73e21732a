"""Both languages are complete, agree in their placeholders, and hold nothing that no one says."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from shockplan.bundled import bundled
from shockplan.outputs.fonts import cut
from shockplan.texts import Language, catalogue, tr
from tests.conftest import ROOT

SOURCES = [path for room in ("shockplan", "maps", "ui") for path in sorted((ROOT / room).rglob("*.py"))]


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def codes_said(path: Path) -> Iterator[str]:
    """The codes that a file says outright: tr("...") and Problem("...")."""
    for call in calls(path):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name not in ("tr", "Problem") or not call.args:
            continue
        first = call.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
            if name == "Problem":
                yield first.value + ".do"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def words_of_the_source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def test_every_code_that_is_said_has_a_text_in_both_languages() -> None:
    said = {code for path in SOURCES for code in codes_said(path)}
    assert said
    for language in ("en", "lo"):
        missing = sorted(said - catalogue(language).keys())
        assert not missing, f"{language}: {missing}"


def test_both_languages_have_the_same_codes() -> None:
    assert catalogue("en").keys() == catalogue("lo").keys()


def test_placeholders_agree_between_the_languages() -> None:
    english, lao = catalogue("en"), catalogue("lo")
    unlike = [code for code in english if placeholders(english[code]) != placeholders(lao[code])]
    assert not unlike


def test_every_text_lies_in_the_file_of_its_room_and_once_only() -> None:
    for language in ("en", "lo"):
        seen: set[str] = set()
        for path in sorted(bundled("translations", language).glob("*.po")):
            with path.open("rb") as file:
                codes = [str(message.id) for message in read_po(file) if message.id]
            strangers = [code for code in codes if code.split(".")[0] != path.stem]
            assert not strangers, f"{path.name}: {strangers}"
            assert not seen.intersection(codes), path.name
            seen.update(codes)


def test_no_text_is_left_that_nothing_says() -> None:
    source = words_of_the_source()
    unused = []
    for code in catalogue("en"):
        plain = code.removesuffix(".do").removesuffix(".one")
        stems = [plain[:end] for end in range(len(plain), 0, -1) if plain[end - 1] in "._"]
        if f'"{plain}"' in source or f'"{code}"' in source:
            continue
        field = re.escape(plain.removesuffix(".tip"))
        if plain.endswith(".tip") and re.search(rf'"{field}"[^\n]*told=True', source):
            continue  # a form says it of its field
        if any(f'f"{stem}{{' in source or f'"{stem}" +' in source for stem in stems):
            continue
        unused.append(code)
    assert not unused


ON_SCREEN_ONLY = {"deliver.back"}


@pytest.mark.parametrize("language", ["en", "lo"])
def test_the_font_of_the_papers_has_every_letter_of_every_text(language: Language) -> None:
    known = set(map(chr, cut("Lao").characters & cut("Lao-Bold").characters)) | set(" \n")
    texts = {code: set(text) - known for code, text in catalogue(language).items()}
    assert {code for code, lacking in texts.items() if lacking} <= ON_SCREEN_ONLY


def test_lao_texts_are_written_in_lao_letters() -> None:
    plain = [
        code
        for code, text in catalogue("lo").items()
        if text == catalogue("en")[code] and any(letter.isalpha() for letter in text)
    ]
    with_words = {code for code in plain if has_words(code)}
    assert not with_words - PROPER


def has_words(code: str) -> bool:
    """Whether something is left to translate once the placeholders are taken out."""
    bare = "".join(part for part, _, _, _ in string.Formatter().parse(catalogue("en")[code]))
    return any(word.isalpha() for word in bare.split())


PROPER: set[str] = set()
"""Codes whose text is a name or a sign that is the same in both languages."""


def test_an_unknown_code_is_our_bug() -> None:
    with pytest.raises(KeyError):
        tr("no.such_code")


def test_a_count_of_one_has_its_own_words_where_the_language_wants_them() -> None:
    assert tr("ui.open.waiting", {"count": 1}) == "1 eligible household waits."
    assert tr("ui.open.waiting", {"count": 1_201}) == "1,201 eligible households wait."
    assert tr("ui.open.waiting", {"count": "1,201"}) == "1,201 eligible households wait."
    one, two = (tr("ui.open.waiting", {"count": count}, "lo") for count in (1, 2))
    assert one.replace("1", "2") == two, "Lao has one form for every count"
