"""The places that wait for a person, as a TOML file to fill in and to read back as decisions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shockplan.areas import Gazetteer, name_of
from shockplan.registry.place_decisions import toml_text, write_place_decisions
from shockplan.registry.place_villages import VillageProposal
from shockplan.registry.places import PlaceProposal
from shockplan.texts import Language, tr

if TYPE_CHECKING:
    from shockplan.plan import PlanInputs

SHOWN_ROWS = 5


def places_file(inputs: "PlanInputs", language: Language) -> str:
    """The decisions so far and an open entry for each question, as one file for `decisions.places`."""
    registry = inputs.registry
    asked = registry.district_proposals, registry.village_proposals
    return write_place_decisions(inputs.places) + questions_toml(*asked, inputs.gazetteer, language)


def questions_toml(
    districts: Sequence[PlaceProposal],
    villages: Sequence[VillageProposal],
    gazetteer: Gazetteer,
    language: Language,
) -> str:
    """One entry for each text, its candidates as comments, its code blank: blank is not decided.

    Village names without any candidate are left out. The same proposals give the same text.
    """
    lines = [f"# {tr('places.questions_head', {}, language)}\n"]
    for asked in districts:
        lines.append(f"\n# {_where(asked.rows, language)} {_why(asked, language)}\n[[district]]\n")
        lines.append(f"text = {toml_text(asked.text)}\nprovince = {toml_text(asked.province)}\n")
        for found in asked.candidates:
            places = (name_of(gazetteer, code, language) for code in (found.pcode, found.pcode[:4]))
            why = f"{tr(found.why, {}, language)} ({found.score:.0f})"
            lines.append(f"# {toml_text(found.pcode)}  {', '.join(places)}: {why}\n")
        lines.append('pcode = ""\n')
    for named in villages:
        if not named.candidates:
            continue
        lines.append(f"\n# {_where(named.rows, language)}\n[[village]]\n")
        lines.append(f"district = {toml_text(named.district)}\ntext = {toml_text(named.text)}\n")
        lines += [
            f"# {toml_text(found.code)}  {' '.join(found.name.split())}: "
            f"{tr(found.why, {}, language)} ({found.score:.0f})\n"
            for found in named.candidates
        ]
        lines.append('code = ""\n')
    return "".join(lines)


def _where(rows: Sequence[int], language: Language) -> str:
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    return tr("places.questions_rows", {"count": len(rows), "rows": shown}, language)


def _why(asked: PlaceProposal, language: Language) -> str:
    text = " ".join(asked.text.split())  # a comment ends with its line
    return tr(asked.reason, {"value": text}, language)
