"""Golden pages: every text at its place. After a change that is meant: GOLDEN=new make test."""

import os
from pathlib import Path

import pytest

from shockplan.outputs.list_pdf import write_list_pdf
from shockplan.outputs.notice_pdf import write_notice_pdf
from shockplan.outputs.plan_pdf import write_plan_pdf
from shockplan.outputs.slip_pdf import write_slip_pdf
from shockplan.outputs.verify_pdf import write_verify_pdf
from tests.core.paper_plan import paper_plan
from tests.core.pdf_places import placed_texts

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def write_plan(plan, path, language) -> None:
    write_plan_pdf(plan, path, language, lambda canvas, box, plan, language: None)


PAPERS = {
    "list": (write_list_pdf, 0),
    "verify": (write_verify_pdf, 0),
    "slips": (write_slip_pdf, 0),
    "notice": (write_notice_pdf, 0),
    "plan_summary": (write_plan, 0),
    "plan_contents": (write_plan, 1),
}


@pytest.mark.parametrize("language", ["lo", "en"])
@pytest.mark.parametrize("name", PAPERS)
def test_every_text_stands_where_it_stood(tmp_path: Path, name: str, language) -> None:
    write, page = PAPERS[name]
    write(paper_plan(300), tmp_path / "paper.pdf", language)
    found = "\n".join(placed_texts(tmp_path / "paper.pdf", page)) + "\n"
    golden = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("GOLDEN") == "new":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
