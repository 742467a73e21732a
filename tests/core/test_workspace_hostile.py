"""Plan files damaged or forged at random: each is read, or refused with a sentence, by every way in."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shockplan.demo import write_demo
from shockplan.problems import InputError
from shockplan.texts import problem_sentence
from shockplan.verify import verify_files
from shockplan.workspace import export_plan, open_workspace, save_plan, sealing
from shockplan.workspace.districts import save_district
from shockplan.workspace.merging import merge, part_state
from shockplan.workspace.opened import open_plan, planned
from shockplan.workspace.plans import Seal, change_passphrase
from shockplan.workspace.salvage import salvage
from shockplan.workspace.totals import read_totals, save_totals

SAMPLES = Path(__file__).parent / "workspaces"
SECRET, FILES = "a made-up secret", 40


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KIB", 64)


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Bits turned, pieces blanked, cut out, put in, moved, or the end lost; once or many times."""
    left = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        place, size = dice.randrange(len(left)), dice.randrange(1, 5000)
        match dice.randrange(6):
            case 0:
                left[place] ^= 1 << dice.randrange(8)
            case 1:
                left[place : place + size // 8] = bytes(size // 8)
            case 2:
                del left[place : place + size]
            case 3:
                left[place:place] = dice.randbytes(size)
            case 4:
                left = left[: max(1, place)]
            case _:
                other = dice.randrange(len(left))
                left[place : place + size] = left[other : other + size]
        left = left or bytearray(b"x")
    return bytes(left)


def said(work: Callable[[], object]) -> str:
    """`read`, or the code of what is said; anything but a sentence fails the test."""
    try:
        work()
    except InputError as error:
        assert all(problem_sentence(problem, "en") for problem in error.problems)
        return error.problems[0].code
    return "read"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_damaged_plan_file_is_read_or_refused_with_a_sentence(tmp_path: Path, seed: int) -> None:
    plan = write_demo(tmp_path / "inputs", households=100)
    save_plan(plan, tmp_path / "plain.shockplan")
    save_plan(plan, tmp_path / "sealed.shockplan", SECRET)
    whole = open_plan(tmp_path / "plain.shockplan", None, write=False)
    made = planned(whole)
    save_district(whole, made.inputs, ["LA1701"], tmp_path / "part.shockplan")
    save_totals(made, whole, tmp_path / "totals.shockplan")
    document = whole.document()
    whole.close()
    good = [*tmp_path.glob("*.shockplan"), *SAMPLES.glob("*.shockplan")]
    contents = [(path.name, path.read_bytes()) for path in sorted(good)]
    dice, found = random.Random(seed), Counter[str]()
    file, copy, out = tmp_path / "x.shockplan", tmp_path / "y.shockplan", tmp_path / "out"
    for _ in range(FILES):
        name, content = dice.choice(contents)
        file.write_bytes(damaged(content, dice))
        secret = SECRET if name == "sealed.shockplan" else None

        def look(act: Callable[..., object], secret: str | None = secret) -> None:
            with closing(open_workspace(file, secret)) as workspace:
                act(workspace)

        def reseal(secret: str | None = secret) -> None:
            shutil.copy(file, copy)
            with closing(open_workspace(copy, secret, write=True)) as workspace:
                change_passphrase(copy, workspace, Seal("another"))

        ways: dict[str, Callable[[], object]] = {
            "open": lambda: look(lambda workspace: (workspace.document(), workspace.entries())),
            "totals": lambda: look(read_totals),
            "merge": lambda: look(lambda workspace: merge(document, [part_state(workspace)], {})),
            "verify": lambda: verify_files([file]),
            "salvage": lambda secret=secret: salvage(file, out, secret),
            "export": lambda secret=secret: export_plan(file, out, secret),
            "passphrase": reseal,
        }
        for way, work in ways.items():
            found[f"{way}: {'read' if said(work) == 'read' else 'refused'}"] += 1
            shutil.rmtree(out, ignore_errors=True)
            copy.unlink(missing_ok=True)
    assert found["open: read"] > 0
    assert found["open: refused"] > FILES // 2
    assert found["salvage: read"] > found["open: read"], "what does not open still gives something back"
