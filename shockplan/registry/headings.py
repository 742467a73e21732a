"""Where the headings stand in a sheet, and what is above and right below them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shockplan.problems import Problem
from shockplan.registry.tables import Sheet, Table, fault, filled_cells, without_blank_rows

LOOK_ROWS = 40
"""Headings stand in the first rows, under at most some titles."""

SAMPLE_ROWS = 2000
"""Samples come from so many rows at most; a hundredth of them is mostly enough."""


def with_headings(
    sheet: Sheet, header_row: int | None, recognised: Callable[[str], bool], path: Path
) -> Table:
    """The sheet as headings and data rows. `header_row` is a spreadsheet row; None: it is looked for.

    `recognised` tells whether a text is a known heading. Rows of HXL tags and of labels right under the
    headings are no data. Raises InputError where there are no headings or no data.
    """
    sheet = without_blank_rows(sheet)
    if not len(sheet.rows):
        raise fault("registry.empty", path)
    top = [sheet.texts(row) for row in range(min(LOOK_ROWS, len(sheet.rows)))]
    place = stated_place(sheet, header_row, path) if header_row else likely_place(top, recognised)
    texts, first = headings_at(top if place < len(top) else [sheet.texts(place)], place, recognised)
    tags: tuple[str, ...] = ()
    problems: list[Problem] = []
    while first < len(sheet.rows) and first - place <= 2:
        texts_below = sheet.texts(first)
        if is_hxl(texts_below):
            tags = tuple(text.strip().lower() for text in texts_below)
        elif not is_label_row(texts_below, texts):
            break
        problems.append(
            Problem("registry.label_row", path.name, rows=(int(sheet.rows[first]),), level="note")
        )
        first += 1
    if first >= len(sheet.rows):
        raise fault("registry.no_rows", path)
    found = (below(problem, int(sheet.rows[first])) for problem in sheet.problems)
    noticed = (*(problem for problem in found if problem), *problems)
    return table_below(sheet, first, texts, tags, noticed)


def headings_at(top: list[list[str]], place: int, recognised: Callable[[str], bool]) -> tuple[list[str], int]:
    """(headings, first row below them) where the row at `place` holds headings: alone, or as one of two
    rows, of which the upper one names groups of columns and the lower one the columns within them."""
    if place >= len(top):
        return top[0], place + 1
    for upper in (place, place - 1):
        if 0 <= upper < len(top) - 1 and are_groups(top[upper], top[upper + 1], recognised):
            return grouped(top[upper], top[upper + 1]), upper + 2
    return top[place], place + 1


def are_groups(above: list[str], lower: list[str], recognised: Callable[[str], bool]) -> bool:
    """Whether two rows are headings together: each column has one of its own in one of them, the lower
    ones stand under a group that is merged over them, and most of these are known."""
    above, lower = [text.strip() for text in above], [text.strip() for text in lower]
    inner = [text for text in lower if text]
    pairs = [*zip(above, lower, strict=True), ("-", "")]
    # a group goes on over at least one more column, whose cell above is blank
    merged = all(
        not pairs[place + 1][0] and pairs[place + 1][1]
        for place, (head, text) in enumerate(pairs[:-1])
        if head and text
    ) and any(text and not head for head, text in pairs)
    alone = sum(bool(head) and not text for head, text in zip(above, lower, strict=True))
    known = sum(recognised(text) for text in inner)
    outer = sum(recognised(head) for head, text in zip(above, lower, strict=True) if head and not text)
    written = not any(text.replace(".", "").replace(",", "").isdigit() for text in inner)
    return merged and written and alone >= 2 and outer >= 1 and known >= 2 and known * 2 >= len(inner)


def grouped(above: list[str], lower: list[str]) -> list[str]:
    """One heading for each column, the group before it: group/heading, as forms write it."""
    found, group = [], ""
    for head, text in zip(above, lower, strict=True):
        group = head.strip() or (group if text.strip() else "")
        found.append("/".join(part for part in (group, text.strip()) if part))
    return found


def below(problem: Problem, row: int) -> Problem | None:
    """The problem without the rows above the data; None where no row of it is left."""
    if not problem.rows:
        return problem
    rows = tuple(number for number in problem.rows if number >= row)
    return replace(problem, rows=rows, values=problem.values[-len(rows) :]) if rows else None


def table_below(
    sheet: Sheet, first: int, texts: list[str], tags: tuple[str, ...], problems: tuple[Problem, ...]
) -> Table:
    """The data rows from row number `first` on, with columns that have neither heading nor data left out."""
    cells = sheet.cells.slice(first)
    columns = cells.columns
    shifted = np.ascontiguousarray(sheet.shifted[first:])
    if sheet.delimited:
        last = max((i for i, text in enumerate(texts) if text.strip()), default=len(texts))
        for column in columns[last + 1 :]:
            shifted = shifted | filled_cells(column)
    kept = [
        i
        for i, text in enumerate(texts)
        if text.strip() or pc.any(pc.greater(pc.binary_length(columns[i]), 0)).as_py()
    ]
    return Table(
        headings=tuple(clean_heading(texts[i]) for i in kept),
        columns=[columns[i] for i in kept],
        rows=np.ascontiguousarray(sheet.rows[first:]),
        shifted=shifted,
        name=sheet.name,
        problems=problems,
        tags=tuple(tags[i] if i < len(tags) else "" for i in kept),
    )


def stated_place(sheet: Sheet, header_row: int, path: Path) -> int:
    """The place in the sheet of the spreadsheet row that the person named."""
    found = np.flatnonzero(sheet.rows == header_row)
    if not len(found):
        raise fault("registry.header_row_blank", path, row=header_row)
    return int(found[0])


def likely_place(top: list[list[str]], recognised: Callable[[str], bool]) -> int:
    """The row with most known headings, else the first that is filled about as far as the fullest."""
    known = [sum(recognised(text) for text in row if text.strip()) for row in top]
    if max(known) >= 2:
        return known.index(max(known))
    filled = [sum(bool(text.strip()) for text in row) for row in top]
    return next(place for place, count in enumerate(filled) if count * 2 >= max(filled))


def is_hxl(texts: list[str]) -> bool:
    """A row of HXL hashtags: every filled cell begins with #."""
    filled = [text.strip() for text in texts if text.strip()]
    return bool(filled) and all(text.startswith("#") and text[1:2].isalpha() for text in filled)


def is_label_row(texts: list[str], headings: list[str]) -> bool:
    """A row that explains the headings: sentences in most cells, no number and no code in any.

    It says more than the headings do: most of its cells hold spaces, and none holds digits alone.
    """
    pairs = [
        (text.strip(), heading)
        for text, heading in zip(texts, headings, strict=True)
        if text.strip() and heading.strip()
    ]
    if len(pairs) < max(2, 0.6 * sum(bool(heading.strip()) for heading in headings)):
        return False
    spaced = sum(" " in text for text, _ in pairs)
    numeric = any(text.replace(".", "").replace(",", "").replace("-", "").isdigit() for text, _ in pairs)
    machine = sum("_" in heading or heading.islower() for _, heading in pairs)
    return not numeric and spaced >= 0.6 * len(pairs) and machine >= 0.6 * len(pairs)


def clean_heading(text: str) -> str:
    """A heading on one line, without the spaces that nobody sees."""
    return " ".join(text.replace("\ufeff", "").replace("\u200b", "").split())


def sample_texts(column: pa.ChunkedArray, most: int = 5) -> tuple[str, ...]:
    """The first few different texts of a column, to be shown beside its heading."""
    found: dict[str, None] = {}
    for rows in (SAMPLE_ROWS // 100, SAMPLE_ROWS):
        texts = column.slice(0, rows).unique().to_pylist()
        found = dict.fromkeys(text.strip() for text in texts if text and text.strip())
        if len(found) >= most:
            break
    return tuple(found)[:most]
