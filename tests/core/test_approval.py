"""No payment from a draft: only the plan's own approvers, over this very fingerprint, make it payable."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from shockplan.approval import (
    Approval,
    Key,
    add_approval,
    approvals_path,
    is_signed,
    new_key,
    open_key,
    read_approvals,
    sign,
    with_approvals,
)
from shockplan.demo import write_demo
from shockplan.inputs import read_inputs
from shockplan.plan import Plan, make_plan
from shockplan.problems import InputError

DAY = dt.date(2026, 10, 21)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Key]:
    folder = tmp_path_factory.mktemp("keys")
    return [
        new_key(folder / f"{name}.json", name, f"secret of {name}") for name in ("Made-up A", "Made-up B")
    ]


@pytest.fixture(scope="module")
def plan(keys: list[Key], tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = write_demo(tmp_path_factory.mktemp("demo"), households=300)
    named = "".join(
        f'\n[[approval.approvers]]\nname = "{key.approver}"\npublic_key = "{key.public_key}"\n'
        for key in keys
    )
    path.write_text(path.read_text(encoding="utf-8") + named, encoding="utf-8")
    return make_plan(read_inputs(path))


def needing_two(plan: Plan) -> Plan:
    spec = plan.inputs.spec
    both = spec.model_copy(update={"approval": spec.approval.model_copy(update={"needed": 2})})
    return replace(plan, inputs=replace(plan.inputs, spec=both))


def test_a_plan_without_a_signature_is_a_draft(plan: Plan) -> None:
    assert not plan.approved
    assert not with_approvals(plan, ()).approved


def test_an_approver_makes_the_plan_payable(plan: Plan, keys: list[Key]) -> None:
    signed = with_approvals(plan, [sign(keys[0], plan.fingerprint, DAY)])
    assert signed.approved
    assert [approval.approver for approval in signed.approvals] == ["Made-up A"]


def test_a_signature_of_another_plan_counts_for_nothing(plan: Plan, keys: list[Key]) -> None:
    assert not with_approvals(plan, [sign(keys[0], "0" * 64, DAY)]).approved


def test_a_stranger_cannot_approve_even_under_an_approvers_name(
    plan: Plan, tmp_path: Path, keys: list[Key]
) -> None:
    stranger = new_key(tmp_path / "key.json", "Made-up A", "x")
    assert not with_approvals(plan, [sign(stranger, plan.fingerprint, DAY)]).approved
    borrowed = replace(sign(stranger, plan.fingerprint, DAY), public_key=keys[0].public_key)
    assert not with_approvals(plan, [borrowed]).approved


@pytest.mark.parametrize(
    "change",
    [
        {"approver": "Made-up B"},
        {"signed_on": "2026-10-22"},
        {"signature": "00" * 64},
        {"signature": "no hex"},
    ],
)
def test_a_changed_signature_does_not_hold(plan: Plan, keys: list[Key], change: dict[str, str]) -> None:
    approval = sign(keys[0], plan.fingerprint, DAY)
    assert is_signed(approval)
    assert not is_signed(replace(approval, **change))
    assert not with_approvals(plan, [replace(approval, **change)]).approved


def test_two_approvers_are_two_persons(plan: Plan, keys: list[Key]) -> None:
    first = sign(keys[0], plan.fingerprint, DAY)
    again = sign(keys[0], plan.fingerprint, DAY + dt.timedelta(days=1))
    second = sign(keys[1], plan.fingerprint, DAY)
    assert not with_approvals(needing_two(plan), [first, again]).approved
    assert with_approvals(needing_two(plan), [first, second]).approved


def test_a_plan_without_a_date_is_never_payable(plan: Plan, keys: list[Key]) -> None:
    spec = plan.inputs.spec
    undated = spec.model_copy(update={"plan": spec.plan.model_copy(update={"date": None})})
    bare = replace(plan, inputs=replace(plan.inputs, spec=undated))
    assert not with_approvals(bare, [sign(keys[0], plan.fingerprint, DAY)]).approved


def test_signatures_are_kept_beside_the_plan_one_a_key(tmp_path: Path, keys: list[Key]) -> None:
    path = tmp_path / "PLAN.toml"
    assert read_approvals(path) == ()
    add_approval(path, sign(keys[0], "1" * 64, DAY))
    add_approval(path, sign(keys[1], "2" * 64, DAY))
    add_approval(path, sign(keys[0], "2" * 64, DAY))
    assert {(one.approver, one.fingerprint[0]) for one in read_approvals(path)} == {
        ("Made-up A", "2"),
        ("Made-up B", "2"),
    }


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"approver": "A"}]', '{"a": 1}'])
def test_a_spoiled_file_of_signatures_is_told_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "PLAN.toml"
    approvals_path(path).write_text(content)
    with pytest.raises(InputError, match="approvals"):
        read_approvals(path)


def test_a_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    key = new_key(path, "ທ່ານ ສົມມຸດ", "ລະຫັດ")
    assert open_key(path, "ລະຫັດ").public_key == key.public_key
    with pytest.raises(InputError) as caught:
        open_key(path, "another")
    assert caught.value.problems[0].code == "approval.wrong_passphrase"
    assert key.private.private_bytes_raw().hex() not in path.read_text(encoding="utf-8")


def test_a_key_under_a_changed_name_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    new_key(path, "Made-up A", "x")
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, "approver": "Made-up B"}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_key(path, "x")
    assert caught.value.problems[0].code == "approval.wrong_passphrase"


def test_a_key_is_never_overwritten_and_another_file_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text("{}")
    with pytest.raises(InputError) as caught:
        new_key(path, "A", "x")
    assert caught.value.problems[0].code == "approval.key_exists"
    with pytest.raises(InputError) as caught:
        open_key(path, "x")
    assert caught.value.problems[0].code == "approval.not_a_key"


def test_an_approval_says_what_it_signed(keys: list[Key]) -> None:
    approval = sign(keys[0], "a" * 64, DAY)
    assert approval == Approval("a" * 64, "Made-up A", keys[0].public_key, "2026-10-21", approval.signature)
