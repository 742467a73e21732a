"""A few damaged inputs of every kind; `python -m tests.fuzzing 2000` tries many and counts them."""

from pathlib import Path

import pytest

from tests.fuzzing import DECISIONS, fuzz, seeds, try_decisions, try_registry

EXAMPLES = 8


@pytest.mark.parametrize("kind", [*seeds(), *DECISIONS])
def test_damaged_inputs_are_read_whole_or_refused_with_a_sentence(kind: str) -> None:
    assert fuzz(kind, EXAMPLES).total() >= EXAMPLES


@pytest.mark.parametrize("kind", seeds())
def test_the_undamaged_input_of_each_kind_is_read(kind: str, tmp_path: Path) -> None:
    assert try_registry(tmp_path, seeds()[kind], "secret") == "read"


@pytest.mark.parametrize("name", DECISIONS)
def test_the_undamaged_decisions_are_read(name: str, tmp_path: Path) -> None:
    assert try_decisions(tmp_path, name, DECISIONS[name][0]) == "read"
