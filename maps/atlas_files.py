"""The atlas as files: a PDF a page, the book of all pages, an index, and a manifest that vouches for them.

Asked for the changed pages only, it draws again the pages that would show something else and leaves the
others as they stand. The fingerprint changes with every input, so it does not count as a change: a page
that stays bears the fingerprint of the plan it was drawn from, and the index says so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from maps.atlas import A4, AtlasPage, Level, atlas_groups, atlas_pages
from maps.classes import ClassLimits
from maps.measures import Measure
from maps.pdf_painter import draw_laid_out
from maps.plan_scene import PlanClasses, plan_classes
from shockplan.outputs.lao_text import draw_text
from shockplan.outputs.manifest import FileEntry, manifest_bytes, previous_files, read_manifest
from shockplan.outputs.paper import MARGIN, new_canvas, save
from shockplan.outputs.staging import MANIFEST, Staging, naming, staging
from shockplan.outputs.writing import manifest_of
from shockplan.plan import Plan
from shockplan.problems import InputError
from shockplan.progress import Progress, part, silent
from shockplan.source import source_of
from shockplan.texts import Language, own, tr

INDEX = "index.json"
BOOK = "atlas.pdf"


@dataclass(frozen=True, slots=True)
class AtlasResult:
    """The files now in the folder, and the codes of the pages drawn now and of those that stayed."""

    files: tuple[Path, ...]
    drawn: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """What the last writing left: how it was asked for, its class limits, digest and plan of each page."""

    asked: tuple[str, ...]
    classes: PlanClasses
    pages: Mapping[str, tuple[str, str]]


def write_atlas(
    plan: Plan,
    folder: Path,
    language: Language,
    level: Level = "district",
    measure: Measure = "funded",
    only_changed: bool = False,
    progress: Progress = silent,
) -> AtlasResult:
    """Write the atlas into a folder of its own: all of it or nothing.

    `only_changed` keeps the class limits of the last time, so that a colour goes on meaning the same; a
    page is kept only if its file is still the one that was written. Raises InputError where the folder
    cannot be written, and `Cancelled` if `progress` does.
    """
    asked = (language, level, measure)
    last = _read_index(folder) if only_changed else None
    if last is not None and last.asked != asked:
        last = None
    classes = last.classes if last else plan_classes(plan, measure)
    pages = _laid_out(plan, language, level, measure, classes, part(progress, 0, 0.2))
    standing = _standing(folder) if last else {}
    kept = _unchanged(pages, last, standing)
    with staging(folder) as work:
        changed = [page for page in pages if page.code not in kept]
        _write_pages(plan, changed, language, work, part(progress, 0.2, 0.5))
        book = standing.get(BOOK) if last and not changed and len(last.pages) == len(pages) else None
        if book is None:
            _write_pdf(plan, pages, language, work, BOOK, part(progress, 0.5, 0.95))
        drawn_from = {
            page.code: last.pages[page.code][1] if last and page.code in kept else plan.fingerprint
            for page in pages
        }
        work.write(INDEX, _index_bytes(asked, classes, pages, drawn_from))
        staying = [*kept.values(), *([book] if book else [])]
        drawn_now = manifest_of(plan, work.new, work.names(), {})
        manifest = replace(drawn_now, files=(*drawn_now.files, *staying))
        work.write(MANIFEST, manifest_bytes(manifest))
        stale = set(previous_files(folder)) - {entry.name for entry in manifest.files}
        written = work.put_in_place(sorted(stale), part(progress, 0.95, 1))
    return AtlasResult(
        tuple(sorted({*written, *(folder / entry.name for entry in staying)})),
        tuple(page.code for page in changed),
        tuple(page.code for page in pages if page.code in kept),
    )


def _laid_out(
    plan: Plan,
    language: Language,
    level: Level,
    measure: Measure,
    classes: PlanClasses,
    progress: Progress,
) -> list[AtlasPage]:
    """All pages; `progress` may stop the work after each."""
    count = len(atlas_groups(plan, level))
    pages = []
    for page in atlas_pages(plan, language, level, measure, classes):
        pages.append(page)
        progress(len(pages) / count)
    return pages


def page_file(code: str) -> str:
    return f"{code}.pdf"


def _unchanged(
    pages: Sequence[AtlasPage], last: _Index | None, standing: Mapping[str, FileEntry]
) -> dict[str, FileEntry]:
    """Pages that would show the same and whose file stands as it was written, with their entries."""
    known = {} if last is None else {code: digest for code, (digest, _) in last.pages.items()}
    return {
        page.code: standing[page_file(page.code)]
        for page in pages
        if known.get(page.code) == page.digest and page_file(page.code) in standing
    }


def _standing(folder: Path) -> dict[str, FileEntry]:
    """The files of the folder that still are what its manifest says."""
    try:
        entries = read_manifest(folder / MANIFEST).files
    except InputError:
        return {}
    return {entry.name: entry for entry in entries if _same(folder / entry.name, entry)}


def _same(path: Path, entry: FileEntry) -> bool:
    try:
        return source_of(path).sha256 == entry.sha256
    except OSError:
        return False


def _write_pages(
    plan: Plan, pages: Sequence[AtlasPage], language: Language, work: Staging, progress: Progress
) -> None:
    for number, page in enumerate(pages, start=1):
        _write_pdf(plan, [page], language, work, page_file(page.code), silent)
        progress(number / len(pages))


def _write_pdf(
    plan: Plan, pages: Sequence[AtlasPage], language: Language, work: Staging, name: str, progress: Progress
) -> None:
    """The pages as one PDF with a bookmark each; page numbers only where there are several."""
    path = work.path(name)
    title = pages[0].name if len(pages) == 1 else tr("maps.atlas.title", {}, language)
    named = own(plan.inputs.spec.plan, "name", language)
    with naming(path):
        canvas = new_canvas(path, f"{title} · {named}", plan.fingerprint, language)
        for number, page in enumerate(pages, start=1):
            width, height = (A4[1], A4[0]) if page.landscape else A4
            canvas.setPageSize((width, height))
            canvas.bookmarkPage(page.code)
            canvas.addOutlineEntry(f"{page.code} {page.name}", page.code)
            draw_laid_out(canvas, page.scene, page.layout)
            if len(pages) > 1:
                where = tr("maps.atlas.page", {"page": number, "pages": len(pages)}, language)
                draw_text(canvas, width - MARGIN, MARGIN, where, 7, align="right")
            canvas.showPage()
            progress(number / len(pages))
        save(canvas, path)


def _index_bytes(
    asked: tuple[str, ...], classes: PlanClasses, pages: Sequence[AtlasPage], drawn_from: Mapping[str, str]
) -> bytes:
    body = {
        "asked": asked,
        "limits": {
            name: {"method": limits.method, "limits": limits.limits}
            for name, limits in (("districts", classes.districts), ("villages", classes.villages))
        },
        "pages": {page.code: {"digest": page.digest, "plan": drawn_from[page.code]} for page in pages},
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _read_index(folder: Path) -> _Index | None:
    """The last index; None where there is none that can be read."""
    try:
        body = json.loads((folder / INDEX).read_bytes())
        districts, villages = (
            ClassLimits(part["method"], tuple(map(float, part["limits"])))
            for part in (body["limits"]["districts"], body["limits"]["villages"])
        )
        pages = {code: (page["digest"], page["plan"]) for code, page in body["pages"].items()}
        return _Index(tuple(body["asked"]), PlanClasses(districts, villages), pages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
