"""Every output of a plan, written as one act.

    OUT/plan.lo.pdf  plan.en.pdf             the plan for the ministry, one file a language of the plan
    OUT/villages/LA1701/                     what the teams of a district carry, see `district_pack`
      LA1701-R1.lo.pdf                       the signing lists of its villages, a file a round and language
      LA1701-V.lo.pdf                        the lists of households to be asked first
      LA1701-slips-R1.lo.pdf                 a slip for each household; LA1701-notice.lo.pdf to be put up
      LA1701-cash.xlsx                       the notes for each envelope and village
      LA1701-labels-R1.lo.pdf                a label for each envelope
      by-village/LA1701-012.xlsx             one village's list, a sheet a round; named as on paper
      by-village/LA1701-012.csv              the same payments for other systems, all rounds
      by-village/LA1701-012-V.xlsx           one village's households to be asked first
      README.txt  manifest.json              what is what; hashes and control totals of the district
    OUT/cash-order.xlsx                      the notes to order from the bank, by round and district
    OUT/delivery.csv  routes.xlsx            who is visited when, by which team; the calendar and route sheets
    OUT/routes/team-1.lo.pdf                 the route sheet of a team, on paper
    OUT/mobile-money-R1.csv                  the batch for the wallet's operator
    OUT/verify.csv  duplicates.csv           what persons must decide; filled in, the plan reads them back
    OUT/assessments.csv  earlier-payments.csv   the same for rows of assessment forms and of earlier payments
    OUT/extract-changes.csv                  what the extract says otherwise than the one before it
    OUT/places.toml                          the same for places, where some wait for a person
    OUT/plan.xlsx  plan.json                 figures by fund, district and village; no persons
    OUT/referrals/LA1701.xlsx                CONFIDENTIAL: who to refer to which service, for social workers
    OUT/summary-hxl.csv                      the same by district with HXL tags; no persons
    OUT/areas.csv  layer-matrix.csv          ground and households hit, by layer and place; layer by layer
    OUT/layer-changes.csv                    what a newer satellite pass changed, by place
    OUT/assessment-disagreements.csv         households whose assessment says otherwise than the map; no names
    OUT/result.gpkg                          the same on the map; no persons
    OUT/households.csv                       every household's answer at each step, without names
    OUT/problems.csv  rejected.csv           what was found in the inputs; holds values of the registry
    OUT/manifest.json                        hashes and control totals of all of these

Every PDF comes in each language of the plan; workbooks have their headings, and check lists their questions,
in all of them.
File names hold only letters a-z, digits and hyphens, whatever a village is called. Files of an earlier run
into the same folder are replaced, and those that this plan does not have are removed, so that no old
list is left to be paid; other files in the folder are not touched.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shockplan import __version__
from shockplan.outputs.area_csv import areas_csv, matrix_csv
from shockplan.outputs.cash_xlsx import order_xlsx
from shockplan.outputs.decision_csv import duplicates_csv, verify_csv
from shockplan.outputs.district_pack import README, Control, readme
from shockplan.outputs.drawing import MapDrawer
from shockplan.outputs.exposure_csv import disagreements_csv, layer_changes_csv
from shockplan.outputs.figures import district_figures, group_by_village, village_figures
from shockplan.outputs.geopackage import write_geopackage
from shockplan.outputs.hxl import hxl_csv
from shockplan.outputs.lines import last_round
from shockplan.outputs.list_csv import households_csv, problems_csv, rejected_csv
from shockplan.outputs.manifest import FileEntry, Manifest, manifest_bytes, previous_files
from shockplan.outputs.match_csv import assessments_csv, changes_csv, earlier_payments_csv
from shockplan.outputs.mobile_money import mobile_csv, mobile_rows
from shockplan.outputs.papers import write_papers
from shockplan.outputs.plan_tables import plan_json, plan_xlsx
from shockplan.outputs.referral_xlsx import referral_sheets
from shockplan.outputs.routes import delivery_csv, routes_xlsx, visits
from shockplan.outputs.staging import MANIFEST, Staging, staging
from shockplan.outputs.village_files import write_villages
from shockplan.progress import Progress, part, silent
from shockplan.registry.place_questions import places_file

if TYPE_CHECKING:
    from shockplan.plan import Plan


def write_outputs(
    plan: "Plan", out: Path, draw_map: MapDrawer, progress: Progress = silent
) -> tuple[Path, ...]:
    """Write the files listed above and return their paths, the manifest last.

    All of them or none: cancelling, a full disk or a folder that may not be written leaves the folder
    as it was. Raises InputError, and `Cancelled` if `progress` does.
    """
    with staging(out) as staged:
        work = replace(staged, csv_mark=plan.inputs.spec.paper.csv_mark)
        write_tables(plan, work, part(progress, 0, 0.1))
        controls = write_villages(plan, work, part(progress, 0.1, 0.45))
        controls |= write_batches(plan, work)
        controls |= write_referrals(plan, work)
        controls |= write_papers(plan, work, draw_map, part(progress, 0.45, 0.95))
        write_packs(plan, work, controls)
        manifest = manifest_of(plan, work.new, work.names(), controls)
        work.write(MANIFEST, manifest_bytes(manifest))
        return work.put_in_place(previous_files(out), part(progress, 0.95, 1))


def write_tables(plan: "Plan", work: Staging, progress: Progress) -> None:
    """The tables of the whole plan."""
    language = plan.inputs.spec.plan.languages[0]
    villages = village_figures(plan, group_by_village(plan))
    districts = district_figures(plan, villages)
    work.write("plan.json", plan_json(plan, villages, districts))
    work.write("plan.xlsx", plan_xlsx(plan, villages, districts))
    progress(0.2)
    work.write("summary-hxl.csv", hxl_csv(plan, districts))
    work.write("areas.csv", areas_csv(plan))
    if len(plan.exposure.layers) > 1:
        work.write("layer-matrix.csv", matrix_csv(plan))
    if plan.exposure.changes:
        work.write("layer-changes.csv", layer_changes_csv(plan))
    if plan.exposure.disagreement is not None and plan.exposure.disagreement.any():
        work.write("assessment-disagreements.csv", disagreements_csv(plan))
    write_geopackage(plan, work.path("result.gpkg"), villages, districts)
    progress(0.4)
    work.write("households.csv", households_csv(plan))
    progress(0.8)
    work.write("problems.csv", problems_csv(plan.problems, language))
    work.write("rejected.csv", rejected_csv(plan, language))
    work.write("verify.csv", verify_csv(plan, language))
    work.write("duplicates.csv", duplicates_csv(plan))
    registry = plan.inputs.registry
    if len(registry.assessed.rows):
        work.write("assessments.csv", assessments_csv(plan, language))
    if len(registry.payments.rows):
        work.write("earlier-payments.csv", earlier_payments_csv(plan, language))
    if registry.changes is not None:
        work.write("extract-changes.csv", changes_csv(registry.changes))
    if registry.district_proposals or registry.village_proposals:
        work.write("places.toml", places_file(plan.inputs, language).encode())
    work.write("cash-order.xlsx", order_xlsx(plan))
    planned = visits(plan)
    work.write("delivery.csv", delivery_csv(planned))
    routes = routes_xlsx(plan, planned)
    if routes is not None:
        work.write("routes.xlsx", routes)
    progress(1)


def write_batches(plan: "Plan", work: Staging) -> dict[str, Control]:
    """The mobile-money batch of each round in which somebody is paid so."""
    controls: dict[str, Control] = {}
    for number in range(1, last_round(plan) + 1):
        rows = mobile_rows(plan, number)
        if len(rows):
            name = f"mobile-money-R{number}.csv"
            work.write(name, mobile_csv(plan, number, rows))
            controls[name] = len(rows), int(plan.allocation.round_kip[rows].sum())
    return controls


def write_referrals(plan: "Plan", work: Staging) -> dict[str, Control]:
    """The confidential sheet of each district with somebody to refer, in a folder apart from the packs."""
    controls: dict[str, Control] = {}
    for name, households, content in referral_sheets(plan):
        work.write(name, content)
        controls[name] = households, 0
    return controls


def write_packs(plan: "Plan", work: Staging, controls: Mapping[str, Control]) -> None:
    """README and manifest of each district's folder."""
    by_district: dict[str, list[str]] = {}
    for name in work.names():
        if name.startswith("villages/"):
            by_district.setdefault(name.split("/")[1], []).append(name)
    for district, names in by_district.items():
        folder = f"villages/{district}"
        inside = {name: controls[name] for name in names if name in controls}
        work.write(f"{folder}/{README}", readme(plan, district, inside))
        listed = [name.removeprefix(f"{folder}/") for name in (*names, f"{folder}/{README}")]
        short_names = {name.removeprefix(f"{folder}/"): control for name, control in inside.items()}
        manifest = manifest_of(plan, work.new / folder, listed, short_names)
        work.write(f"{folder}/{MANIFEST}", manifest_bytes(manifest))


def manifest_of(
    plan: "Plan", folder: Path, names: Iterable[str], controls: Mapping[str, Control]
) -> Manifest:
    """The manifest of the named files of a folder; `totals` are always those of the whole plan."""
    head = plan.inputs.spec.plan
    totals = {name: value for name, value in plan.summary.as_json().items() if isinstance(value, int)}
    return Manifest(
        fingerprint=plan.fingerprint,
        approved=plan.approved,
        plan=head.name,
        date=head.date.isoformat() if head.date else "",
        made_up=head.made_up,
        program=f"ShockPlan {__version__}",
        totals=totals,
        files=tuple(entry_of(folder, name, controls.get(name)) for name in names),
    )


def entry_of(folder: Path, name: str, control: Control | None) -> FileEntry:
    """Hash and size of a staged file, with its control totals where it is a list."""
    path = folder / name
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    lines, kip = control or (None, None)
    return FileEntry(name, digest, path.stat().st_size, lines, kip)
