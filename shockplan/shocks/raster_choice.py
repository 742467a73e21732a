"""Which raster of a file or an archive is meant, told by names alone: who reads one loads what it takes."""

from dataclasses import dataclass
from pathlib import Path

from shockplan.problems import InputError
from shockplan.shocks.datasets import RASTER_SUFFIXES, Dataset, datasets_of, refusal
from shockplan.shocks.products import RasterProduct, raster_product

PACKAGES = (".zip",)


@dataclass(frozen=True)
class RasterFile:
    """One raster: the name by which it opens, its product by that name, its mask of what was not seen."""

    dataset: str
    name: str
    product: RasterProduct | None
    mask: str | None


def is_raster(path: Path) -> bool:
    """Whether a file is a raster, or an archive of rasters without a vector layer (metadata apart)."""
    if path.suffix.lower() in (*RASTER_SUFFIXES, ".vrt"):
        return True
    if path.suffix.lower() not in PACKAGES or not path.is_file():
        return False
    try:
        vectors = [dataset for dataset in datasets_of(path) if dataset.suffix != ".json"]
    except InputError as error:
        return error.problems[0].code == "shocks.nothing_in_archive" and _holds_raster(path)
    return not vectors and _holds_raster(path)


def choose_raster(path: Path, layer: str | None) -> RasterFile:
    """The raster that a plan means. Raises InputError where there is none, or several and none is named."""
    if path.suffix.lower() == ".vrt":
        raise refusal(path, "raster_virtual")
    if not path.exists():
        raise refusal(path, "missing", path=str(path))
    found = datasets_of(path, RASTER_SUFFIXES)
    named = [dataset for dataset in found if layer in (dataset.name, Path(dataset.name).stem)]
    known = [dataset for dataset in found if raster_product(dataset.name)]
    meant = (named or ([] if layer and len(found) > 1 else found)) if layer else (known or found)
    names = tuple(dataset.name for dataset in found)
    if not meant:
        raise refusal(path, "no_layer", layer=layer or "", layers=names)
    if len(meant) > 1:
        raise refusal(path, "several_layers", layers=tuple(dataset.name for dataset in meant))
    product = raster_product(meant[0].name)
    return RasterFile(meant[0].path, meant[0].name, product, _mask(found, product))


def _holds_raster(path: Path) -> bool:
    try:
        return bool(datasets_of(path, RASTER_SUFFIXES))
    except InputError:
        return False


def _mask(found: list[Dataset], product: RasterProduct | None) -> str | None:
    if product is None:
        return None
    plain = {dataset.path: "".join(filter(str.isalnum, dataset.name.casefold())) for dataset in found}
    return next((path for path, name in plain.items() if product.hidden.search(name)), None)
