"""Approving in the window: a key makes the plan payable, a change makes it a draft again."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shockplan.approval import new_key
from shockplan.demo import write_demo
from shockplan.verify import verify_files
from shockplan.workspace import open_workspace, save_plan, sealing
from tests.ui.conftest import Heard
from ui.messages import Message
from ui.window import WORK, Window


@pytest.fixture
def signable(tmp_path: Path) -> tuple[Path, Path]:
    """A plan file that names an approver, and the approver's key."""
    key_file = tmp_path / "key.json"
    key = new_key(key_file, "Made-up Director", "a made-up secret")
    plan = write_demo(tmp_path / "inputs", households=300)
    named = f'\n[[approval.approvers]]\nname = "{key.approver}"\npublic_key = "{key.public_key}"\n'
    plan.write_text(plan.read_text(encoding="utf-8") + named, encoding="utf-8")
    return plan, key_file


def opened(window: Window, path: Path, qtbot: QtBot, passphrase: str | None = None) -> None:
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.open_plan(path, passphrase)


def test_a_signature_makes_the_plan_payable_until_it_is_changed(
    window: Window, signable: tuple[Path, Path], qtbot: QtBot
) -> None:
    plan, key_file = signable
    opened(window, plan, qtbot)
    window.go("approve")
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.sign(key_file, "a made-up secret")
    page = next(page for page in window.pages if page.code == "approve")
    results = window.session.results
    assert results is not None
    assert results.headline.approved
    assert "Made-up Director" in page.standing.text()
    assert not window.head.stamps["draft"].isVisible()
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.change(("fit", "step_kip"), 5000)
    assert window.session.results is not None
    assert not window.session.results.headline.approved
    assert window.head.stamps["draft"].isVisible()


def test_a_wrong_passphrase_is_a_sentence_and_signs_nothing(
    window: Window, signable: tuple[Path, Path], heard: Heard, qtbot: QtBot
) -> None:
    plan, key_file = signable
    opened(window, plan, qtbot)
    window.session.sign(key_file, "another")
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert isinstance(heard[0], Message)
    assert not (plan.parent / "PLAN.toml.approvals.json").exists()


def test_an_encrypted_workspace_asks_for_its_passphrase_and_opens(
    window: Window, signable: tuple[Path, Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)
    path = signable[0].parent / "plan.shockplan"
    save_plan(signable[0], path, "words")
    with qtbot.waitSignal(window.session.passphrase_wanted, timeout=5000):
        window.session.open_plan(path)
    dialog = window.passphrase_dialog
    dialog.setTextValue("words")
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        dialog.accept()
    assert window.outer.currentIndex() == WORK


def test_two_approvers_sign_a_plan_in_its_own_file_and_a_change_begins_a_version(
    window: Window, tmp_path: Path, qtbot: QtBot, heard: Heard
) -> None:
    keys = [new_key(tmp_path / f"key-{one}.json", f"Made-up {one}", f"secret of {one}") for one in ("A", "B")]
    source = write_demo(tmp_path / "inputs", households=300)
    named = "".join(
        f'\n[[approval.approvers]]\nname = "{key.approver}"\npublic_key = "{key.public_key}"\n'
        for key in keys
    )
    text = source.read_text(encoding="utf-8") + "\n[approval]\nneeded = 2\n" + named
    source.write_text(text, encoding="utf-8")
    path = tmp_path / "plan.shockplan"
    save_plan(source, path, None)
    opened(window, path, qtbot)

    def approved() -> bool:
        assert window.session.results is not None
        return window.session.results.headline.approved

    def sign(name: str) -> None:
        with qtbot.waitSignal(window.session.changed, timeout=40_000):
            window.session.sign(tmp_path / f"key-{name}.json", f"secret of {name}")
        qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=40_000)

    sign("A")
    assert not approved()
    assert window.head.stamps["draft"].isVisible()
    sign("A")  # the same person twice is one person
    assert not approved()
    sign("B")
    assert approved()
    assert not window.head.stamps["draft"].isVisible()
    (seen,) = verify_files([path])
    assert (seen.state, seen.approved) == ("unchanged", True)
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.change(("fit", "step_kip"), 5000)
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=40_000)
    assert not approved()
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.undo()
    qtbot.waitUntil(lambda: not window.session.jobs.busy, timeout=40_000)
    assert approved()  # what was signed is there again, and its signatures with it
    window.close()
    book = open_workspace(path)
    assert [name for name, _, _ in book.named("version")] == ["1"]
    signed = [entry.after for entry in book.entries() if entry.what == "approved"]
    assert [sum(f"Made-up {one}" in text for text in signed) for one in ("A", "B")] == [2, 1]
    book.close()
    assert heard.faults == []


def test_looking_at_the_map_in_another_way_leaves_an_approved_plan_approved(
    window: Window, signable: tuple[Path, Path], heard: Heard, qtbot: QtBot
) -> None:
    plan, key_file = signable
    opened(window, plan, qtbot)
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.sign(key_file, "a made-up secret")
    heard.clear()
    with qtbot.waitSignal(window.session.changed, timeout=40_000):
        window.session.choose_map(palette="grey", measure="affected")
    assert window.session.results is not None
    assert window.session.results.headline.approved
    assert window.session.map_choice.palette == "grey"
    assert heard == []  # no new version is begun
