"""A made-up registry of the whole country, of any size, for benchmarks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from shockplan.areas import Gazetteer, load_gazetteer
from shockplan.demo.extract import as_extract
from shockplan.demo.ground import national_villages
from shockplan.demo.households import draw_households
from shockplan.progress import Progress, silent

CHUNK = 65_536
"""Households in memory at once."""


def write_national_registry(
    path: Path, households: int = 1_300_000, seed: int = 17, progress: Progress = silent
) -> None:
    """Write a registry of all 148 districts as CSV or Parquet, by the path's suffix.

    Same headings and faults as the demo's extract, without its repeated rows. Memory does not grow
    with the number of households. Raises ValueError for another suffix.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{path.suffix}: only .csv and .parquet")
    done = 0
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as file:
            writer = None
            for table in _chunks(households, seed, load_gazetteer()):
                if writer is None:
                    writer = _writer(path.suffix, file, table.schema)
                writer.write_table(table)
                done += table.num_rows
                progress(done / households)
            if writer is not None:
                writer.close()
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _writer(suffix: str, file: object, schema: pa.Schema) -> pa.csv.CSVWriter | pa.parquet.ParquetWriter:
    if suffix == ".csv":
        return pa.csv.CSVWriter(file, schema)
    return pa.parquet.ParquetWriter(file, schema, compression="zstd")


def _chunks(count: int, seed: int, gazetteer: Gazetteer) -> Iterator[pa.Table]:
    """Tables of text columns; the draws of a chunk depend on the seed and its number alone."""
    villages = national_villages(np.random.default_rng(seed), gazetteer)
    population = gazetteer.provinces.set_index("pcode")["population_2024"].astype("float64")
    share = villages["district"].str[:4].map(population / villages["district"].str[:4].value_counts())
    edges = np.concatenate([[0], np.cumsum(share / share.sum())])
    for number, start in enumerate(range(0, count, CHUNK)):
        rng = np.random.default_rng([seed, number])
        size = min(CHUNK, count - start)
        # evenly along the country: rows come by village, as an export sorted by place has them
        position = (start + np.arange(size) + 0.5) / count
        village = np.clip(np.searchsorted(edges, position, side="right") - 1, 0, len(villages) - 1)
        households = draw_households(rng, villages, village, first_number=start + 1)
        extract = as_extract(households, rng, gazetteer, prefix="LAO-")
        yield pa.Table.from_pandas(_as_text(extract), preserve_index=False)


def _as_text(extract: pd.DataFrame) -> pd.DataFrame:
    return extract.astype("str").replace("", None)
