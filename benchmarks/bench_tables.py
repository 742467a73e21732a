"""Tables: a village's workbook against openpyxl's write-only mode, and the files of 131,072 households."""

import io
import resource
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl

from shockplan.outputs.lines import VillageList, count_lists, village_lists
from shockplan.outputs.list_csv import payment_csv
from shockplan.outputs.list_pdf import write_list_pdf
from shockplan.outputs.list_xlsx import payment_xlsx
from shockplan.outputs.village_files import by_village
from shockplan.plan import Plan
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan

PEER_SECONDS = 150  # what the peer's platform states for exporting 131,072 payments alone
HOUSEHOLDS = 131_072


def run(small: bool) -> None:
    """Print the speed of the workbooks beside the peer's, then the whole set with its limit."""
    against_openpyxl(small)
    all_lists(HOUSEHOLDS // 16 if small else HOUSEHOLDS)


def funded_plan(households: int) -> Plan:
    """A plan in which everybody is paid, in one round."""
    registry = made_up_registry(households, 1)
    plan = paper_plan(registry=registry)
    plan.allocation.status[:] = 4
    plan.allocation.fund[:] = 0
    plan.allocation.round_kip[:] = 1_500_000
    plan.entitlements.rounds[:] = 1
    return plan


def against_openpyxl(small: bool) -> None:
    """The same list of one large village: same cells, same kinds of cell."""
    registry = made_up_registry(5_000 if small else 40_000, 2)
    registry.households["village"] = np.int32(0)
    registry.households["district"] = registry.villages["district"].iat[0]
    plan = paper_plan(registry=registry)
    listed = next(village_lists(plan, "lo", 1))
    ours, peer = [], []
    for _ in range(3):  # processor time: a busy machine slows down neither count
        start = time.process_time()
        payment_xlsx(plan, [listed])
        ours.append(time.process_time() - start)
        start = time.process_time()
        with_openpyxl(listed)
        peer.append(time.process_time() - start)
    rows = len(listed.lines)
    print(
        f"   one workbook of {rows:,} lines: ours {rows / min(ours):,.0f} lines/s, openpyxl write-only "
        f"{rows / min(peer):,.0f} lines/s, ratio {min(peer) / min(ours):.2f} (goal 1.5)"
    )


def with_openpyxl(listed: VillageList) -> bytes:
    """The same cells through openpyxl's write-only mode, without formats."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("R1")
    for line, amount in zip(listed.lines, listed.amounts.tolist(), strict=True):
        texts = line.household_id, line.book, line.head, line.collector
        members = int(line.members) if line.members.isdecimal() else line.members
        sheet.append([int(line.number), *texts, members, amount, line.channel, line.notes, None])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def all_lists(households: int) -> None:
    """Every village's list as XLSX, CSV and PDF, in one language, written to a disk."""
    plan = funded_plan(households)
    folder = Path(tempfile.mkdtemp(prefix="shockplan-bench-"))
    try:
        start = time.perf_counter()
        for number, rounds in enumerate(by_village(plan)):
            (folder / f"{number}.xlsx").write_bytes(payment_xlsx(plan, rounds))
        xlsx = time.perf_counter() - start
        start = time.perf_counter()
        for number, rounds in enumerate(by_village(plan)):
            (folder / f"{number}.csv").write_bytes(payment_csv(plan, rounds))
        csv = time.perf_counter() - start
        start = time.perf_counter()
        for district in sorted(plan.inputs.registry.villages["district"].unique()):
            write_list_pdf(plan, folder / f"{district}.pdf", "lo", district=district)
        pdf = time.perf_counter() - start
    finally:
        shutil.rmtree(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = xlsx + csv + pdf
    goal = PEER_SECONDS * households / HOUSEHOLDS
    print(
        f"   {households:,} households, {count_lists(plan)} villages: XLSX {xlsx:.1f} s, "
        f"CSV {csv:.1f} s, PDF {pdf:.1f} s; together {whole:.1f} s (goal {goal:.0f} s, {goal / whole:.1f}x); "
        f"peak memory {memory:,.0f} MB"
    )
