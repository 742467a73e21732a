"""The plan PDF is tagged: everything on a page is text of the structure or marked as repeated."""

from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

from shockplan.outputs.plan_pdf import write_plan_pdf
from tests.core.paper_plan import paper_plan
from tests.core.test_delivery import SPEC


def draw_a_word(canvas, box, plan, language, round_number=0) -> None:
    canvas.drawString(box.x, box.y, f"map {round_number}")


@pytest.fixture(scope="module", params=["lo", "en"])
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    plan = paper_plan(300)
    spec = plan.inputs.spec.model_copy(update={"delivery": SPEC})
    path = tmp_path_factory.mktemp("tagged") / "plan.pdf"
    write_plan_pdf(replace(plan, inputs=replace(plan.inputs, spec=spec)), path, request.param, draw_a_word)
    return PdfReader(path)


def elements(element: DictionaryObject):
    """The element and all below it, in reading order."""
    yield element
    for kid in element["/K"]:
        kid = kid.get_object()
        if kid.get("/Type") == "/StructElem":
            assert kid["/P"].get_object() == element
            yield from elements(kid)


def test_the_document_says_that_it_is_tagged_and_in_which_language(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] in ("lo", "en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/StructTreeRoot"]["/K"]["/S"] == "/Document"


def test_every_letter_belongs_to_the_structure_or_is_marked_as_repeated(reader: PdfReader) -> None:
    for page in reader.pages:
        path: list[str] = []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                inside = operands[1] if operator == b"BDC" else {}
                path.append("mark" if "/MCID" in inside else str(operands[0]))
            elif operator == b"EMC":
                path.pop()
            elif operator in (b"TJ", b"Tj"):
                assert "mark" in path or "/Artifact" in path
        assert path == []


def test_every_mark_of_a_page_leads_to_its_element_and_back(reader: PdfReader) -> None:
    numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = {int(numbers[at]): numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}
    for page in reader.pages:
        marks = [
            int(operands[1]["/MCID"])
            for operands, operator in ContentStream(page.get_contents(), reader).operations
            if operator == b"BDC" and "/MCID" in operands[1]
        ]
        assert marks == list(range(len(marks)))
        found = parents[int(page["/StructParents"])]
        assert len(found) == len(marks)
        for number, element in enumerate(found):
            mine = [kid.get_object() for kid in element.get_object()["/K"]]
            assert any(
                kid.get("/MCID") == number and kid["/Pg"].get_object() == page.get_object() for kid in mine
            )


def test_headings_are_those_of_the_outline_and_rows_have_as_many_cells_as_their_head(
    reader: PdfReader,
) -> None:
    all_of_them = list(elements(reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()))
    roles = [element["/S"] for element in all_of_them]
    sections = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert roles.count("/H1") == len(sections)  # the plan's name stands for the summary's entry
    for table in (element for element in all_of_them if element["/S"] == "/Table"):
        rows = [row.get_object() for row in table["/K"]]
        assert {row["/S"] for row in rows} == {"/TR"}
        assert len({len(row["/K"]) for row in rows}) == 1
        assert {cell.get_object()["/S"] for cell in rows[0]["/K"]} == {"/TH"}
    for figure in (element for element in all_of_them if element["/S"] == "/Figure"):
        assert figure["/Alt"]
    assert roles.count("/TOCI") == len(sections) - 1
