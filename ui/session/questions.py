"""What waits for a person in a plan, as questions: places, duplicates, the check list, forms, payments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shockplan.areas import name_of
from shockplan.budget import Status
from shockplan.decisions import WORDS, is_yes
from shockplan.found_values import FILLABLE
from shockplan.outputs.questions import question, verify_rows
from shockplan.registry.duplicate_clusters import Cluster, duplicate_clusters
from shockplan.registry.place_decisions import PlaceDecisions
from shockplan.registry.place_villages import VillageProposal
from shockplan.rule_sentences import field_label
from shockplan.texts import Language, show_number, tr
from ui.asking import Asked, Blank, Kind, Level, Option, Question
from ui.session.answers import place_decisions, read_lines
from ui.session.match_questions import form_questions, payment_questions

if TYPE_CHECKING:
    from shockplan.areas import Gazetteer
    from shockplan.plan import Plan

MOST = 2000
"""Questions of a kind that the window holds at once; a district chosen on the map brings its own."""

SHOWN_ROWS = 8


def asked(
    kind: Kind, plan: "Plan", contents: Mapping[str, bytes], language: Language, district: str
) -> Asked:
    """The questions of a kind, the open ones first; of one district where one is chosen."""
    makers = {
        "places": place_questions,
        "duplicates": duplicate_questions,
        "verify": check_questions,
        "assessments": form_questions,
        "earlier_payments": payment_questions,
    }
    found = list(makers[kind](plan, contents, language, district))
    order: dict[Level, int] = {"held": 0, "open": 1, "noted": 2, "decided": 3}
    found.sort(key=lambda each: order[each.level])
    waiting = sum(each.level in ("held", "open") for each in found)
    return Asked(kind, tuple(found[:MOST]), waiting, len(found))


def place_questions(
    plan: "Plan", contents: Mapping[str, bytes], language: Language, _district: str
) -> Iterator[Question]:
    """Texts of the extract that may mean a district or a village, and what was decided about others."""
    registry, gazetteer = plan.inputs.registry, plan.inputs.gazetteer
    decided = place_decisions(contents.get("places"), gazetteer)
    every = tuple(
        Option(code, district_name(gazetteer, code, language)) for code in gazetteer.districts["pcode"]
    )
    for text in registry.district_proposals:
        options = tuple(
            Option(
                one.pcode,
                district_name(gazetteer, one.pcode, language),
                f"{tr(one.why, {}, language)} ({one.score:.0f})",
            )
            for one in text.candidates
        )
        why = tr(text.reason, {"value": text.text}, language)
        lines = [why, tr("decide.rows", {"count": len(text.rows), "rows": rows_shown(text.rows)}, language)]
        if text.province:
            lines.append(tr("decide.place.province", {"text": text.province}, language))
        told = tr("decide.place.told", {"count": len(text.rows)}, language)
        key = ("district", text.text, text.province)
        yield Question(key, f"“{text.text}”", told, "open", tuple(lines), options, more=every)
    for village in registry.village_proposals:
        if village.candidates:
            yield village_question(plan, village, language)
    yield from decided_places(decided, gazetteer, every, language)


def village_question(plan: "Plan", village: VillageProposal, language: Language) -> Question:
    """A village name without a code, with the villages of its district that it may be."""
    gazetteer, rows = plan.inputs.gazetteer, village.rows
    options = tuple(
        Option(one.code, f"{one.name} {one.code}", f"{tr(one.why, {}, language)} ({one.score:.0f})")
        for one in village.candidates
    )
    where = district_name(gazetteer, village.district, language)
    lines = (
        tr("decide.place.village_in", {"district": where}, language),
        tr("decide.rows", {"count": len(rows), "rows": rows_shown(rows)}, language),
    )
    told = tr("decide.place.village_told", {"count": len(rows), "district": where}, language)
    key = ("village", village.district, village.text)
    return Question(key, f"“{village.text}”", told, "open", lines, options)


def decided_places(
    decided: PlaceDecisions, gazetteer: "Gazetteer", every: tuple[Option, ...], language: Language
) -> Iterator[Question]:
    """Places that a person has decided before: they can be changed or taken back."""
    for (text, province), pcode in sorted(decided.districts.items()):
        name = district_name(gazetteer, pcode, language)
        yield Question(
            ("district", text, province), f"“{text}”", name, "decided", (name,),
            (Option(pcode, name),), pcode, name, every,
        )  # fmt: skip
    for (district, text), code in sorted(decided.villages.items()):
        where = district_name(gazetteer, district, language)
        yield Question(
            ("village", district, text), f"“{text}”", f"{code} · {where}", "decided", (where,),
            (Option(code, code),), code, code,
        )  # fmt: skip


def district_name(gazetteer: "Gazetteer", pcode: str, language: Language) -> str:
    return f"{name_of(gazetteer, pcode, language)}, {name_of(gazetteer, pcode[:4], language)} · {pcode}"


def rows_shown(rows: Sequence[int]) -> str:
    more = " …" if len(rows) > SHOWN_ROWS else ""
    return ", ".join(str(row) for row in rows[:SHOWN_ROWS]) + more


def duplicate_questions(
    plan: "Plan", _contents: Mapping[str, bytes], language: Language, district: str
) -> Iterator[Question]:
    """Groups of households that may be one family: score, what they share, who is in them."""
    for cluster in duplicate_clusters(plan.inputs.registry, plan.inputs.decisions.duplicates):
        if not district or any(member.district == district for member in cluster.members):
            yield cluster_question(cluster, language)


def cluster_question(cluster: Cluster, language: Language) -> Question:
    names = [member.name or member.household_id for member in cluster.members]
    reasons = ", ".join(tr(f"registry.same_{reason}", None, language) for reason in cluster.reasons)
    lines = [f"{cluster.score:g} %: {reasons}"]
    for member in cluster.members:
        size = "–" if member.members is None else show_number(member.members)
        named = {"name": member.name or "–", "village": member.village or "–", "district": member.district}
        args = {"household": member.household_id, "members": size, "row": str(member.source_row), **named}
        lines.append(tr("decide.duplicate.member", args, language))
    for pair in cluster.pairs[:6]:
        if len(cluster.pairs) > 1:
            shared = ", ".join(tr(f"registry.same_{reason}", None, language) for reason in pair.reasons)
            lines.append(f"{pair.left} – {pair.right}: {pair.score:g} % · {shared}")
    ids = list(dict.fromkeys(member.household_id for member in cluster.members))
    said = {member.household_id: member.said for member in cluster.members}
    both = "decide.duplicate.none" if len(ids) > 1 else "decide.duplicate.once"
    options = [Option("pay", tr(both, None, language))]
    options += [
        Option(f"keep {one}", tr("decide.duplicate.keep", {"household": one}, language))
        for one in ids
        if len(ids) > 1
    ]
    options += [Option("cut", tr("decide.duplicate.cut", None, language))] if len(ids) == 1 else []
    kept = [one for one in ids if said[one] == "pay"]
    answer = ""
    if not cluster.open:
        answer = "pay" if len(kept) == len(ids) else f"keep {kept[0]}" if kept else "cut"
    words = next((one.text for one in options if one.answer == answer), answer)
    level: Level = "decided" if answer else "held" if cluster.held else "noted"
    told = tr(f"decide.duplicate.{level}", {"score": cluster.score, "reasons": reasons}, language)
    return Question(
        ("duplicates", *ids), " / ".join(names), told, level, tuple(lines), tuple(options), answer, words
    )


def check_questions(
    plan: "Plan", contents: Mapping[str, bytes], language: Language, district: str
) -> Iterator[Question]:
    """Households that wait for an answer of the check, then those that have one."""
    households = plan.inputs.registry.households
    status, own = plan.allocation.status, households["district"].to_numpy()
    rows = np.flatnonzero(status == Status.VERIFY)
    if district:
        rows = rows[own[rows] == district]
    options = answer_options(language)
    for row, fields in verify_rows(plan, rows[: MOST * 2]):
        texts = dict.fromkeys(question(field, plan, language) for field in fields)
        asks = tuple(texts) or (tr("list.ask.other", None, language),)
        blanks = tuple(Blank(field, field_label(field, language)) for field in fields if field in FILLABLE)
        head, where = told_household(plan, row, language)
        key = ("verify", str(households["household_id"].iloc[row]))
        told = f"{key[1]} · {where}"
        yield Question(key, head, told, "open", (told, *asks), options, blanks=blanks)
    _, lines = read_lines(contents.get("verify"), ("household_id", "answer"))
    for household, line in lines.items():
        meant = is_yes(line.get("answer", ""), *WORDS["verify"])
        found = {name: text for name, text in line.items() if text and name in FILLABLE}
        filled = "; ".join(f"{field_label(name, language)}: {text}" for name, text in found.items())
        if meant is not None or filled:
            answer = "" if meant is None else "yes" if meant else "no"
            words = tr(f"decide.verify.{answer or 'filled'}", None, language)
            told = " · ".join(part for part in (words, filled) if part)
            yield Question(("verify", household), household, told, "decided", (told,), options, answer, words)


def answer_options(language: Language) -> tuple[Option, ...]:
    return tuple(Option(each, tr(f"decide.verify.{each}", None, language)) for each in ("yes", "no"))


def told_household(plan: "Plan", row: int, language: Language) -> tuple[str, str]:
    """(head, village and district) of a household."""
    line = plan.inputs.registry.households.iloc[row]
    names = (line["head_name_lo"], line["head_name_en"])
    first = [name for name in (names if language == "lo" else names[::-1]) if isinstance(name, str)]
    places = (line["village_name_lo"], line["village_name_en"])
    village = [name for name in (places if language == "lo" else places[::-1]) if isinstance(name, str)]
    district = name_of(plan.inputs.gazetteer, line["district"], language)
    return (first or ["–"])[0], ", ".join([*village[:1], district])
