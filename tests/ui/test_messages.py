"""What the program says when something is wrong."""

from shockplan.problems import InputError, Problem
from tests.ui.conftest import Heard
from ui.message_bar import CrashDialog
from ui.messages import CrashReport, Message, crash_report
from ui.window import Window


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - a traceback is wanted
        return caught


def test_a_fault_of_the_persons_files_becomes_sentences_that_say_what_to_do(
    window: Window, heard: Heard
) -> None:
    window.session.on_error(InputError(Problem("plan.file_missing", "PLAN.toml")))
    assert isinstance(heard[0], Message)
    assert heard[0].level == "error"
    assert "PLAN.toml · There is no such plan file." in heard[0].sentences[0]
    assert "Check the path" in heard[0].sentences[0]
    assert window.message_bar.isVisible()


def test_a_fault_of_ours_opens_a_report_without_blocking(window: Window, heard: Heard) -> None:
    window.session.on_error(raised(KeyError("secret household")))
    dialogs = window.findChildren(CrashDialog)
    assert isinstance(heard[0], CrashReport)
    assert [dialog.isVisible() for dialog in dialogs] == [True]
    dialogs[0].close()


def test_a_crash_report_holds_no_values_and_no_folders() -> None:
    text = crash_report(raised(KeyError("ນາງ ຄຳ 020 5555 1234"))).text
    assert "KeyError" in text
    assert "ຄຳ" not in text
    assert "5555" not in text
    assert "/home" not in text
    assert "ui/test_messages.py" in text


def test_a_message_can_be_dismissed(window: Window) -> None:
    window.messages.tell(Message("warning", "Look", ("one", "two")))
    assert window.message_bar.isVisible()
    window.message_bar.close_button.click()
    assert not window.message_bar.isVisible()
