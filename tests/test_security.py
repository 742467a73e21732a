"""What SECURITY.md promises is tested by tests that exist, and chance is never left to itself."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {"approval.py", "sealing.py", "recovery.py", "shelf.py"}


def test_every_test_named_in_the_threat_model_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 20
    assert sorted(named - written) == []


def test_whatever_draws_lots_states_its_seed() -> None:
    for room in ("shockplan", "maps", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import) and path.name not in SECRETS:
                    assert not {alias.name for alias in node.names} & {"random", "secrets", "uuid"}, path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    if node.func.attr == "default_rng":
                        assert node.args, f"{path}: default_rng without a seed"
                    else:
                        of = node.func.value
                        legacy = isinstance(of, ast.Attribute) and of.attr == "random"
                        assert not legacy or ast.unparse(of) != "np.random", f"{path}: {ast.unparse(node)}"
