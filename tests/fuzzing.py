"""Damaged inputs of every kind that the readers take: each is read, or refused with a sentence.

`python -m tests.fuzzing 2000` tries so many of each kind and prints how many were read and how many
refused; a crash, a hang or a lost row ends it with the input that did it. The tests try a few of each.
"""

import io
import json
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from shockplan.areas import load_gazetteer
from shockplan.decisions import read_decisions
from shockplan.planfile import DecisionsSpec, RegistrySpec
from shockplan.problems import InputError
from shockplan.registry.corrections import read_corrections
from shockplan.registry.mapping import read_mapping
from shockplan.registry.match_decisions import read_match_decisions
from shockplan.registry.place_decisions import read_place_decisions
from shockplan.registry.reading import read_registry
from shockplan.texts import problem_sentence

HEADINGS = ["hhid", "district", "members", "village", "head name", "phone", "birth date"]
ROWS = [
    ["A-1", "LA1703", "5", "ບ້ານ ໃໝ່", "ທ້າວ ຄຳ", "020 5555 1234", "24/11/2526"],
    ["A-2", "ເມືອງ ສະໜາມໄຊ", "4,5", "Séné", "Nang Kham", "2.055551234E9", "2000-01-31"],
    ["", "801", "NaN", 'a "quoted" name', "-", "", ""],
]
PASSWORD = "secret"
SLOW_SECONDS = 20.0

Change = tuple[str, int, bytes]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["over", "in", "out", "cut", "twice"]),
        st.integers(0, 1 << 20),
        st.binary(min_size=1, max_size=8)
        | st.sampled_from([b"\x00" * 8, b"\xff" * 8, b'"', b",", b"<", b"{"]),
    ),
    max_size=6,
)


def changed(content: bytes, changes: list[Change]) -> bytes:
    """The content with bytes overwritten, put in, taken out, cut off, or repeated."""
    found = bytearray(content)
    for kind, where, piece in changes:
        place = where % (len(found) + 1)
        if kind == "over":
            found[place : place + len(piece)] = piece
        elif kind == "in":
            found[place:place] = piece
        elif kind == "out":
            del found[place : place + 4 * len(piece)]
        elif kind == "cut" and where % 3 == 0:
            del found[place:]
        elif kind == "twice":
            found[place:place] = found[place : place + 40 * len(piece)]
    return bytes(found)


def text(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    content = io.StringIO()
    pd.DataFrame(ROWS, columns=HEADINGS).to_csv(content, sep=delimiter, index=False)
    return content.getvalue().encode(encoding, "replace")


def workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name in ("Households", "Members"):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([HEADINGS, *ROWS]):
                sheet.write_row(number, 0, row if name == "Households" else [*row[:1], number])
    return content.getvalue()


def locked_workbook() -> bytes:
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt(PASSWORD, sealed)
    return sealed.getvalue()


def open_document() -> bytes:
    """An ODS by hand: a table of text cells."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell.replace("&", "").replace("<", "")}'
            "</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in [HEADINGS, *ROWS]
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="Households">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
    )
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    parts = {"content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    return archive({"mimetype": mime, **parts})


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def parquet() -> bytes:
    content = io.BytesIO()
    frame = pd.DataFrame(ROWS, columns=HEADINGS).assign(
        score=[1.5, np.nan, 3.0], day=pd.Timestamp("2026-01-01")
    )
    frame.to_parquet(content)
    return content.getvalue()


def points(suffix: str) -> dict[str, bytes]:
    """The files of a layer of points, by what stands behind the dot."""
    frame = pd.DataFrame(ROWS, columns=HEADINGS).drop(columns="birth date")
    shapes = shapely.points([[106.9, 14.8], [102.6, 17.9], [0.0, 0.0]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"points.{suffix}"
        gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326").to_file(path, engine="pyogrio")
        return {file.suffix[1:]: file.read_bytes() for file in sorted(Path(folder).iterdir())}


def submissions() -> bytes:
    records = [
        {"_id": number, "group": dict(zip(HEADINGS, row, strict=True)), "member": [{"age": 3}, {"age": "x"}],
         "_geolocation": [14.8, 106.9]}
        for number, row in enumerate(ROWS)
    ]  # fmt: skip
    return json.dumps({"results": records}, ensure_ascii=False).encode()


@cache
def seeds() -> dict[str, dict[str, bytes]]:
    """Kind of registry -> its files, by what stands behind the dot; the first is the one that is named."""
    shape = points("shp")
    return {
        "csv": {"csv": text()},
        "tsv, UTF-16": {"tsv": text("\t", "utf-16")},
        "csv, Windows-1252": {"csv": text(";", "cp1252")},
        "csv, Thai": {"csv": "hhid,district,village\nA,LA1703,บ้านใหม่\n".encode("cp874")},
        "xlsx": {"xlsx": workbook()},
        "xlsx with a password": {"xlsx": locked_workbook()},
        "ods": {"ods": open_document()},
        "parquet": {"parquet": parquet()},
        "geopackage": points("gpkg"),
        "geojson": points("geojson"),
        "shapefile": {"shp": shape.pop("shp"), **shape},
        "submissions": {"json": submissions()},
    }


def places_file() -> bytes:
    district = '[[district]]\ntext = "ສະໜາມໄຊ"\npcode = "LA1703"\n'
    village = '[[village]]\ndistrict = "LA1703"\ntext = "Ban Mai"\ncode = "1703001"\n'
    return f"accept_known_names = true\n{district}{village}".encode()


DECISIONS: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "places.toml": (places_file(), lambda path: read_place_decisions(path, load_gazetteer())),
    "mapping.toml": (b'[registry.columns]\nhousehold_id = "hhid"\nmembers = "n"\n', read_mapping),
    "verify.csv": (
        b"household_id,answer,members\nA-1,yes,5\nA-2,\xe0\xba\x9a\xe0\xbb\x8d\xe0\xbb\x88,\n",
        lambda path: read_decisions(DecisionsSpec(verify=path.name), path.parent),
    ),
    "duplicates.csv": (
        b"household_id,answer,cluster\nA-1,pay,0\nA-2,cut,0\n",
        lambda path: read_decisions(DecisionsSpec(duplicates=path.name), path.parent),
    ),
    "removals.csv": (
        b"household_id;reason\nA-1;moved\n",
        lambda path: read_decisions(DecisionsSpec(removals=path.name), path.parent),
    ),
    "corrections.csv": (b"file,row,column,value,correction\nr.csv,2,members,x,5\n", read_corrections),
    "matches.csv": (b"row_id,answer,household_id\nform.xlsx:2,same,A-1\n", read_match_decisions),
}
"""Decision file -> one that is read, and its reader."""


def try_registry(folder: Path, files: dict[str, bytes], password: str) -> str:
    """ "read" or the code of the fault; anything else is a crash. No row may be lost."""
    for suffix, content in files.items():
        (folder / f"fuzz.{suffix}").write_bytes(content)
    path = folder / f"fuzz.{next(iter(files))}"
    try:
        registry = read_registry(
            path, RegistrySpec(file=path.name), load_gazetteer(), None, folder, passwords={"": password}
        )
    except InputError as error:
        return sentence_of(error)
    assert registry.rows_read == len(registry.households) + len(registry.rejected)
    for problem in registry.problems:
        assert problem_sentence(problem, "lo")
    return "read"


def try_decisions(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    try:
        DECISIONS[name][1](path)
    except InputError as error:
        return sentence_of(error)
    return "read"


def sentence_of(error: InputError) -> str:
    assert all(problem_sentence(problem, language) for problem in error.problems for language in ("en", "lo"))
    return error.problems[0].code


Damage = tuple[int, list[Change]]


def damaged(kind: str, damage: Damage) -> dict[str, bytes]:
    """The files of a kind with one of them changed; in an archive the part inside, so that the damage
    comes through the check sum."""
    which, changes = damage
    files = dict(seeds()[kind])
    if kind in ("xlsx", "ods") and which % 2:
        (suffix, content), *_ = files.items()
        parts = parts_of(content)
        name = sorted(parts)[which % len(parts)]
        return {suffix: archive({**parts, name: changed(parts[name], changes)})}
    suffix = list(files)[which % len(files)]
    return {**files, suffix: changed(files[suffix], changes)}


def fuzz(kind: str, examples: int) -> Counter[str]:
    """Try so many damaged inputs of a kind; what became of them. An assertion or a crash is raised."""
    outcomes: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(st.integers(0, 1000), CHANGES)
    def one(which: int, changes: list[Change]) -> None:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as name:
            if kind in DECISIONS:
                outcome = try_decisions(Path(name), kind, changed(DECISIONS[kind][0], changes))
            else:
                password = PASSWORD if which % 5 else "guess"
                outcome = try_registry(Path(name), damaged(kind, (which, changes)), password)
        outcomes[outcome] += 1
        assert time.perf_counter() - begun < SLOW_SECONDS, "a hang"

    one()
    return outcomes


def main(examples: int) -> None:
    total = 0
    for kind in (*seeds(), *DECISIONS):
        begun = time.perf_counter()
        outcomes = fuzz(kind, examples)
        tried = outcomes.total()
        total += tried
        faults = ", ".join(f"{code} {count}" for code, count in outcomes.most_common(5) if code != "read")
        seconds = time.perf_counter() - begun
        say(f"{kind:22} tried {tried:6,}  read {outcomes['read']:6,}  {seconds:6.1f} s  {faults}")
    say(f"{total:,} damaged inputs tried: each was read whole or refused with a sentence")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
