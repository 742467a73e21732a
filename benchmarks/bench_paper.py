"""Paper: signing lists for 131,072 households, against reportlab's LongTable with the same shaped Lao text.

Both print the same rows of the same villages in the same font, shaped by HarfBuzz; ours also lays
down the text for copying, totals, a code and a closing block. The ratio is of rows a second of
processor time in one run.
A string in a table's cell is shaped only where a further package is installed, so cells with Lao are
paragraphs; cells of Latin letters and digits stay plain strings, the quickest way there is.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate, TableStyle

from shockplan.budget import Status
from shockplan.demo.words import families, men
from shockplan.outputs.fonts import register_fonts
from shockplan.outputs.lines import VillageList, village_lists
from shockplan.outputs.list_pdf import COLUMNS, ROW, write_list_pdf
from shockplan.outputs.paper import MARGIN
from shockplan.plan import Plan
from tests.core.made_up import made_up_registry
from tests.core.paper_plan import paper_plan

PAID = 131_072
VILLAGES = 1_800
PEER_ROWS = 2_000
TURNS = 3
"""Each is timed so often, in turns, and the best of each counts: a machine that others share too runs the
same work half as fast at one moment as at the next."""


def run(small: bool) -> None:
    """Print seconds, rows a second, their ratio, pages and memory."""
    plan = made_up_plan(16_384 if small else PAID, 230 if small else VILLAGES)
    paid = int((plan.allocation.status == Status.FUNDED).sum())
    lists = list(village_lists(plan, "lo"))
    with tempfile.TemporaryDirectory() as folder:
        peer = some_lists(lists, 500 if small else PEER_ROWS)
        peer_rows = sum(len(one.lines) for one in peer)
        write_list_pdf(paper_plan(100), Path(folder) / "warm.pdf", "lo")  # fonts are cut and read once
        lists.clear()
        turns = [
            (
                seconds(lambda: long_table(peer, Path(folder) / "peer.pdf")),
                seconds(lambda: write_list_pdf(plan, Path(folder) / "lists.pdf", "lo")),
            )
            for _ in range(TURNS)
        ]
        peer_seconds, ours_seconds = (min(turn[which] for turn in turns) for which in (0, 1))
        size = (Path(folder) / "lists.pdf").stat().st_size
    ours, theirs = paid / ours_seconds, peer_rows / peer_seconds
    print(f"LongTable, shaped: {peer_rows:,} rows in {peer_seconds:.1f} s, {theirs:,.0f} rows/s")
    print(f"our lists: {paid:,} rows in {ours_seconds:.1f} s, {ours:,.0f} rows/s, {size / 1e6:.0f} MB")
    print(f"ratio {ours / theirs:.1f} (goal 8.0)")
    print(f"memory of this process: {psutil.Process().memory_info().rss / 1e6:,.0f} MB (goal below 1,000)")


def seconds(work: Callable[[], None]) -> float:
    """Seconds of processor time: both work in one thread, and a busy machine slows down neither count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def made_up_plan(paid: int, villages: int) -> Plan:
    """About `paid` funded households with Lao names in so many villages."""
    random = np.random.default_rng(17)
    registry = made_up_registry(round(paid / 0.5085), 17)  # the share that the made-up plan funds
    households = registry.households
    number = np.arange(villages)
    names = pd.DataFrame(
        {name: column_of(name, number, column.dtype) for name, column in registry.villages.items()}
    )
    place = random.integers(0, villages, len(households))
    households["village"] = place.astype(np.int32)
    households["district"] = names["district"].to_numpy()[place]
    first, family = men().lao, families().lao
    drawn = random.integers(0, len(first), len(households)), random.integers(0, len(family), len(households))
    households["head_name_lo"] = [f"{first[a]} {family[b]}" for a, b in zip(*drawn, strict=True)]
    return paper_plan(registry=replace(registry, villages=names))


def column_of(name: str, number: np.ndarray, dtype: object) -> pd.Series:
    """A column of the table of villages."""
    texts = {
        "key": "17{:05}",
        "code": "17{:05}",
        "name_lo": "ບ້ານ ໂພນສະຫວັນ {}",
        "name_en": "Ban Phonsavanh {}",
    }
    if name == "district":
        return pd.Series([f"LA17{1 + one % 5:02}" for one in number], dtype=dtype)
    if name in texts:
        return pd.Series([texts[name].format(one) for one in number], dtype=dtype)
    return pd.Series(np.full(len(number), np.nan), dtype=dtype)


def some_lists(lists: Sequence[VillageList], rows: int) -> list[VillageList]:
    """The first lists that hold at least so many rows."""
    taken: list[VillageList] = []
    for one in lists:
        if sum(len(village.lines) for village in taken) >= rows:
            break
        taken.append(one)
    return taken


def long_table(lists: Sequence[VillageList], path: Path) -> None:
    """The same rows through platypus: a LongTable a village, cells shaped, heads repeated."""
    register_fonts()
    width = A4[0] - 2 * MARGIN
    story: list[object] = []
    lao = ParagraphStyle("lao", fontName="Lao", fontSize=9, leading=13, shaping=1)
    style = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), "Lao", 9),
            ("GRID", (0, 0), (-1, -1), 0.4, "black"),
            ("ALIGN", (4, 0), (4, -1), "RIGHT"),
        ]
    )
    for village in lists:
        heads = ("ລ/ດ", "ປຶ້ມສຳມະໂນຄົວ", "ຫົວໜ້າຄົວເຮືອນ", "ຄົນ", "ຈຳນວນເງິນ", "ລາຍເຊັນ", "ໝາຍເຫດ")
        rows: list[list[object]] = [[Paragraph(head, lao) for head in heads]]
        rows += [
            [
                line.number,
                f"{line.book}\n{line.household_id}",
                Paragraph(f"{line.head}<br/>{line.collector}", lao),
                line.members,
                line.amount,
                "",
                Paragraph(f"{line.notes}<br/>{line.channel}", lao),
            ]
            for line in village.lines
        ]
        widths = [column.share * width for column in COLUMNS]
        heights = [30.0] + [ROW] * len(village.lines)
        story += [LongTable(rows, widths, heights, style=style, repeatRows=1), PageBreak()]
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1).build(story)
