"""The pack of a district: its folder as written, and the same as a ZIP, sealed with a passphrase or not.

A pack is whole in itself: lists, spreadsheets, a README for the team, and a manifest with the
hash and the control totals of each file. A ZIP without a passphrase has the same bytes for the same
folder. A sealed one (AES-256, as WinZip and 7-Zip read it) differs in bytes from one time to the next and
is the same in content; the names of its files, which hold codes and no persons, can be read without the
passphrase.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyzipper

from shockplan.areas import name_of
from shockplan.fingerprint import short
from shockplan.outputs.manifest import FileEntry, Manifest, manifest_bytes, previous_files, read_manifest
from shockplan.outputs.notices import notices
from shockplan.outputs.staging import MANIFEST, naming, staging
from shockplan.problems import InputError, Problem
from shockplan.progress import Progress, silent
from shockplan.source import hash_bytes
from shockplan.texts import Language, Value, own, show_number, show_value, tr

if TYPE_CHECKING:
    from shockplan.plan import Plan

README = "README.txt"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
SHORTEST_PASSPHRASE = 8

Control = tuple[int, int]
"""Printed lines and the sum of their amounts in kip."""


def readme(plan: "Plan", district: str, files: Mapping[str, Control]) -> bytes:
    """What a team must know of its pack, in the languages of the plan, as text for any editor."""
    languages = plan.inputs.spec.plan.languages
    parts = ["\n".join(notices(plan))] + [
        readme_text(plan, district, files, language) for language in languages
    ]
    text = "\n\n----------------------------------------\n\n".join(part for part in parts if part)
    return ("\ufeff" + text.replace("\n", "\r\n") + "\r\n").encode()


def readme_text(plan: "Plan", district: str, files: Mapping[str, Control], language: Language) -> str:
    head, gazetteer = plan.inputs.spec.plan, plan.inputs.gazetteer
    payments = [files[name] for name in files if name.endswith(".csv")]
    checks = [files[name] for name in files if name.endswith("-V.xlsx")]
    args: dict[str, Value] = {
        "plan": own(head, "name", language),
        "district": f"{name_of(gazetteer, district, language)} ({district})",
        "date": show_value(head.date) if head.date else "—",
        "villages": len(payments),
        "payments": sum(lines for lines, _ in payments),
        "kip": show_number(sum(kip for _, kip in payments)),
        "checks": sum(lines for lines, _ in checks),
        "contact": head.contact or "—",
        "fingerprint": short(plan.fingerprint),
        "code": district,
    }
    return tr("packs.readme", args, language)


def write_zips(
    out: Path, target: Path, passphrase: str | None = None, progress: Progress = silent
) -> tuple[Path, ...]:
    """Each district's folder under `out`/villages as `target`/LA1701.zip, with a manifest beside them.

    Only folders whose files are all as their manifest says. Raises InputError for a changed or missing
    file, a passphrase that is too short, or where the packs cannot be written; then nothing is changed.
    """
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise InputError(Problem("packs.short_passphrase", args={"letters": SHORTEST_PASSPHRASE}))
    whole = read_manifest(out / MANIFEST)
    folders = sorted(path.parent for path in (out / "villages").glob(f"*/{MANIFEST}"))
    with staging(target) as work:
        entries = []
        for number, folder in enumerate(folders):
            name = f"{folder.name}.zip"
            manifest = read_manifest(folder / MANIFEST)
            if manifest.fingerprint != whole.fingerprint:
                raise InputError(Problem("packs.other_plan", str(folder)))
            path = work.path(name)
            with naming(path):
                write_zip(folder, manifest, path, passphrase)
            control = payments_in(manifest)
            entries.append(FileEntry(name, hash_bytes(path.read_bytes()), path.stat().st_size, *control))
            progress(0.9 * (number + 1) / len(folders))
        about = Manifest(
            whole.fingerprint, whole.approved, whole.plan, whole.date, whole.made_up, whole.program,
            whole.totals, tuple(entries),
        )  # fmt: skip
        work.write(MANIFEST, manifest_bytes(about))
        return work.put_in_place(previous_files(target))


def payments_in(manifest: Manifest) -> Control:
    """The payments of a pack, counted once, from its CSV lists."""
    lists = [file for file in manifest.files if file.name.endswith(".csv")]
    return sum(file.lines or 0 for file in lists), sum(file.kip or 0 for file in lists)


def write_zip(folder: Path, manifest: Manifest, path: Path, passphrase: str | None) -> None:
    """One folder as a ZIP. Raises InputError for a file that is not as its manifest says."""
    with open_zip(path, passphrase) as pack:
        for name in sorted([file.name for file in manifest.files]):
            content = unchanged_content(folder, manifest, name)
            pack.writestr(entry_info(pack, name), content)
        pack.writestr(entry_info(pack, MANIFEST), (folder / MANIFEST).read_bytes())


def open_zip(path: Path, passphrase: str | None) -> "zipfile.ZipFile | pyzipper.AESZipFile":
    if passphrase is None:
        return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    pack = pyzipper.AESZipFile(path, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES)
    pack.setpassword(passphrase.encode())
    return pack


def entry_info(pack: "zipfile.ZipFile | pyzipper.AESZipFile", name: str) -> zipfile.ZipInfo:
    """An entry with no trace of clock, system or user."""
    info = (
        zipfile.ZipInfo(name, FIXED_DATE)
        if isinstance(pack, zipfile.ZipFile)
        else pack.zipinfo_cls(filename=name, date_time=FIXED_DATE)
    )
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def unchanged_content(folder: Path, manifest: Manifest, name: str) -> bytes:
    path = folder / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("packs.missing", str(path))) from None
    expected = next(file.sha256 for file in manifest.files if file.name == name)
    if hash_bytes(content) != expected:
        raise InputError(Problem("packs.changed", str(path)))
    return content
