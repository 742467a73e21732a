"""A document is what a person may change: the plan follows it, and rereads only what it must."""

from dataclasses import replace
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.document import Document, with_content, with_spec
from shockplan.document_files import write_document
from shockplan.inputs import gather_inputs, read_inputs
from shockplan.plan import PlanInputs, make_plan
from shockplan.problems import InputError
from shockplan.registry.place_decisions import NO_PLACE_DECISIONS, write_place_decisions


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"), households=600)


@pytest.fixture(scope="module")
def inputs(demo: Path) -> PlanInputs:
    return read_inputs(demo)


def removal(inputs: PlanInputs, row: int = 0) -> bytes:
    household = inputs.registry.households["household_id"][row]
    return f"household_id,reason\n{household},made up\n".encode()


def again(demo: Path, document: Document, before: PlanInputs) -> PlanInputs:
    return gather_inputs(document, demo.parent, demo.name, before=before)


def test_a_removal_in_memory_is_planned_without_a_file_and_rereads_only_the_decisions(
    demo: Path, inputs: PlanInputs
) -> None:
    document = with_content(inputs.document, "removals", removal(inputs))
    after = again(demo, document, inputs)
    assert document.spec.decisions.removals == "removals.csv"
    assert not (demo.parent / "removals.csv").exists()
    assert after.registry is inputs.registry
    assert all(new is old for new, old in zip(after.layers, inputs.layers, strict=True))
    assert after.boundaries is inputs.boundaries
    assert list(after.decisions.removals) == [inputs.registry.households["household_id"][0]]
    plan = make_plan(after, before=make_plan(inputs))
    assert plan.fingerprint != make_plan(inputs).fingerprint


def test_a_decision_about_places_reads_the_registry_again_and_nothing_else(
    demo: Path, inputs: PlanInputs
) -> None:
    content = write_place_decisions(replace(NO_PLACE_DECISIONS, exchange_points=True)).encode()
    after = again(demo, with_content(inputs.document, "places", content), inputs)
    assert after.registry is not inputs.registry
    assert all(new is old for new, old in zip(after.layers, inputs.layers, strict=True))


def test_a_document_planned_in_steps_is_the_one_read_from_its_files(
    demo: Path, inputs: PlanInputs, tmp_path: Path
) -> None:
    document = with_content(inputs.document, "removals", removal(inputs, 3))
    after = again(demo, document, inputs)
    saved = write_document(document, demo.parent, tmp_path / "PLAN.toml")
    fresh = read_inputs(tmp_path / "PLAN.toml")
    assert fresh.document == saved
    assert fresh.registry.households.equals(after.registry.households)
    assert make_plan(fresh).fingerprint == make_plan(after).fingerprint
    assert make_plan(fresh).summary.as_json() == make_plan(after).summary.as_json()


def test_taking_a_content_away_leads_back_to_the_document_before(inputs: PlanInputs) -> None:
    document = with_content(inputs.document, "removals", b"household_id,reason\n")
    assert document != inputs.document
    assert with_content(document, "removals", None) == inputs.document


def test_parameters_that_no_longer_name_a_file_let_go_of_its_content(inputs: PlanInputs) -> None:
    document = with_content(inputs.document, "removals", b"household_id,reason\n")
    assert "removals" not in with_spec(document, inputs.spec).contents


def test_two_keys_that_share_a_file_are_parted_when_one_changes(inputs: PlanInputs) -> None:
    spec = inputs.spec.model_copy(
        update={
            "decisions": inputs.spec.decisions.model_copy(update={"verify": "a.csv", "removals": "a.csv"})
        }
    )
    shared = Document(spec, {"verify": b"one", "removals": b"one"})
    parted = with_content(shared, "removals", b"two")
    assert parted.by_name() == {"a.csv": b"one", "removals.csv": b"two"}


def test_a_content_that_cannot_be_read_is_a_sentence_with_its_name(demo: Path, inputs: PlanInputs) -> None:
    with pytest.raises(InputError) as caught:
        again(demo, with_content(inputs.document, "removals", b"\xff\xfe"), inputs)
    assert caught.value.problems[0].file == "removals.csv"


def test_a_strangers_file_in_the_way_is_left_alone(demo: Path, inputs: PlanInputs, tmp_path: Path) -> None:
    (tmp_path / "removals.csv").write_text("precious", encoding="utf-8")
    document = with_content(inputs.document, "removals", removal(inputs))
    saved = write_document(document, demo.parent, tmp_path / "PLAN.toml")
    assert saved.spec.decisions.removals == "removals-2.csv"
    assert (tmp_path / "removals.csv").read_text(encoding="utf-8") == "precious"
    changed = with_content(saved, "removals", removal(inputs, 5))
    assert write_document(changed, tmp_path, tmp_path / "PLAN.toml").spec == saved.spec
    assert (tmp_path / "removals-2.csv").read_bytes() == removal(inputs, 5)


def test_a_document_of_another_registry_key_is_refused(inputs: PlanInputs) -> None:
    with pytest.raises(KeyError):
        with_content(inputs.document, "registry", b"")
