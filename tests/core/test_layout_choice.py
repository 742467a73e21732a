"""How the outputs are laid out is chosen in the plan file, and changes nothing of what they say."""

from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from shockplan.fingerprint import fingerprint
from shockplan.outputs.writing import write_outputs
from shockplan.planfile import PaperSpec
from tests.core.table_plan import draw_nothing, table_plan
from tests.core.test_writing import contents


def test_the_layout_is_chosen_and_says_the_same(tmp_path: Path):
    plan = table_plan(24)
    paper = PaperSpec(lists="landscape", labels="14", csv_mark=False)
    spec = plan.inputs.spec.model_copy(update={"paper": paper})
    other = replace(plan, inputs=replace(plan.inputs, spec=spec))
    write_outputs(plan, tmp_path / "one", draw_nothing)
    write_outputs(other, tmp_path / "other", draw_nothing)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "other")
    assert one.keys() == two.keys()
    for name in one:
        if name.endswith(".csv"):
            assert one[name] == BOM_UTF8 + two[name]
    lists = [name for name in one if "-R1.lo.pdf" in name and "slips" not in name and "labels" not in name]
    for name in lists:
        width, height = (PdfReader(tmp_path / "other" / name).pages[0].mediabox[at] for at in (2, 3))
        assert width > height
    labels = [name for name in one if "labels" in name]
    assert labels
    assert all(one[name] != two[name] for name in labels)
    assert fingerprint(spec, ()) == fingerprint(plan.inputs.spec, ())
