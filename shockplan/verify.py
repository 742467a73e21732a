"""`shockplan verify`: is a file as the program wrote it, and of which plan?

The answer comes from the manifest beside the file (or in a folder above it), from a pack's own
manifest, or from a plan file whose fingerprint is worked out anew. A manifest proves that files
belong together and are whole; who made them is what an approver's signature proves.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import pyzipper

from shockplan.fingerprint import short
from shockplan.outputs.manifest import FileEntry, Manifest, parse_manifest, read_manifest
from shockplan.outputs.staging import MANIFEST
from shockplan.problems import InputError, Problem
from shockplan.texts import Language, Value, tr

if TYPE_CHECKING:
    from shockplan.workspace.checking import Finding

ENCRYPTED = 0x1
DAMAGE = (pyzipper.BadZipFile, zipfile.BadZipFile, zlib.error, EOFError, ValueError)
"""What reading a damaged ZIP raises."""

State = Literal["unchanged", "changed", "missing", "unknown", "other_plan", "sealed"]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What is known of one file. `listed_as`: its name in the manifest; `plan`: the plan's name."""

    file: str
    state: State
    plan: str = ""
    fingerprint: str = ""
    approved: bool = False
    listed_as: str = ""
    expected: str = ""  # the fingerprint asked for, where it is another plan's file
    entries: int = -1  # of the audit log of a workspace; -1: the file is none
    head: str = ""
    findings: tuple["Finding", ...] = ()

    @property
    def unchanged(self) -> bool:
        return self.state == "unchanged"

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "state": self.state,
            "unchanged": self.unchanged,
            "plan": self.plan,
            "fingerprint": self.fingerprint,
            "approved": self.approved,
            "listed_as": self.listed_as,
            "audit_entries": max(self.entries, 0),
            "audit_head": self.head,
            "findings": [finding.sentence("en") for finding in self.findings],
        }

    def sentence(self, language: Language = "en") -> str:
        args: dict[str, Value] = {
            "file": self.file,
            "plan": self.plan,
            "fingerprint": short(self.fingerprint),
            "expected": short(self.expected),
            "approval": tr("verify.approved" if self.approved else "verify.draft", {}, language),
        }
        if self.findings:
            args["findings"] = "; ".join(finding.sentence(language) for finding in self.findings)
            return tr("verify.log_broken", args, language)
        if self.entries >= 0 and self.state == "unchanged":
            args |= {"entries": self.entries, "head": self.head}
            return tr("verify.log_whole", args, language)
        return tr(f"verify.{self.state}", args, language)


@dataclass(frozen=True, slots=True)
class Known:
    """A manifest and where it lies (`folder` None: elsewhere). `expected`: see FileResult."""

    manifest: Manifest
    folder: Path | None
    expected: str
    by_name: Mapping[str, FileEntry]
    by_hash: Mapping[str, FileEntry]


def known_by(manifest: Manifest, folder: Path | None, expected: str) -> Known:
    return Known(
        manifest,
        folder,
        expected,
        {file.name: file for file in manifest.files},
        {file.sha256: file for file in reversed(manifest.files)},
    )


def verify_files(
    files: Iterable[Path], against: Path | None = None, passphrase: str | None = None
) -> tuple[FileResult, ...]:
    """What is known of each file, in the given order.

    A manifest stands for every file it lists, and a pack for every file in it. `against` is a
    PLAN.toml, a manifest, a folder with one, or a pack; `passphrase` opens sealed packs, which without it
    are judged as a whole. Raises InputError where what is asked for cannot be read.
    """
    manifest, expected = asked_for(against, passphrase)
    seen: dict[Path, Known | None] = {}
    results: list[FileResult] = []
    for file in files:
        if file.is_dir():
            file = file / MANIFEST
        if file.name == MANIFEST and file.is_file() and manifest is None:
            results.extend(verify_folder(known_by(read_manifest(file), file.parent, expected)))
        elif file.suffix.lower() == ".shockplan" and file.is_file():
            results.append(verify_workspace(file, expected, passphrase))
        elif is_pack(file) and (passphrase or not is_sealed(file)):
            results.extend(verify_pack(file, expected, passphrase))
        elif manifest is not None:
            results.append(verify_one(file, known_by(manifest, None, expected)))
        else:
            results.append(verify_beside(file, expected, seen))
    return tuple(results)


def verify_workspace(file: Path, expected: str, passphrase: str | None) -> FileResult:
    """The audit log, state, inputs and signatures of a plan in one file."""
    from shockplan.workspace.checking import check_workspace

    found = check_workspace(file, passphrase)
    state: State = "changed" if found.findings else "unchanged"
    if state == "unchanged" and expected and expected != found.fingerprint:
        state = "other_plan"
    return FileResult(
        str(file),
        state,
        found.plan,
        found.fingerprint,
        found.approved,
        "",
        expected,
        found.entries,
        found.head,
        found.findings,
    )


def asked_for(against: Path | None, passphrase: str | None) -> tuple[Manifest | None, str]:
    """The manifest and the fingerprint that `--against` names."""
    if against is None:
        return None, ""
    if against.is_dir():
        against = against / MANIFEST
    if against.suffix.lower() == ".toml":
        return None, plan_fingerprint(against)
    if against.suffix.lower() == ".shockplan":
        from shockplan.workspace.checking import check_workspace

        return None, check_workspace(against, passphrase).fingerprint
    if is_pack(against):
        with open_pack(against, passphrase) as pack:
            return pack_manifest(pack, against), ""
    return read_manifest(against), ""


def plan_fingerprint(plan_file: Path) -> str:
    """The fingerprint of a plan, from the bytes of its inputs; the plan itself is not made."""
    from shockplan.fingerprint import fingerprint
    from shockplan.inputs import hash_inputs
    from shockplan.planfile_reading import read_plan_file

    spec = read_plan_file(plan_file)
    return fingerprint(spec, hash_inputs(spec, plan_file))


def verify_beside(file: Path, expected: str, seen: dict[Path, Known | None]) -> FileResult:
    """By the nearest manifest in the file's folder or a folder above it that lists the file.

    `seen` keeps the manifests read so far, by folder.
    """
    path = file.absolute()
    for folder in path.parents:
        if folder not in seen:
            seen[folder] = manifest_in(folder, expected)
        known = seen[folder]
        if known is None or folder / MANIFEST == path:
            continue
        found = verify_one(file, known)
        if found.state not in ("unknown", "missing"):
            return found
    if not file.exists():
        return FileResult(str(file), "missing")
    return FileResult(str(file), "sealed" if is_pack(file) and is_sealed(file) else "unknown")


def manifest_in(folder: Path, expected: str) -> Known | None:
    """The folder's manifest; None where there is none or it is some other program's."""
    if not (folder / MANIFEST).is_file():
        return None
    try:
        return known_by(read_manifest(folder / MANIFEST), folder, expected)
    except InputError:
        return None


def verify_one(file: Path, known: Known) -> FileResult:
    """A file against one manifest: by its hash, and where that is not listed, by its name."""
    try:
        with file.open("rb") as opened:
            found = hash_of(opened)
    except FileNotFoundError:
        return result(str(file), "missing", known, "")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem("verify.unreadable", str(file), args={"reason": reason})) from error
    entry = known.by_name.get(name_in(file, known)) if known.folder else None
    if entry is not None:
        return result(str(file), "unchanged" if entry.sha256 == found else "changed", known, entry.name)
    entry = known.by_hash.get(found)
    if entry is not None:
        return result(str(file), "unchanged", known, entry.name)
    same_name = [entry for entry in known.manifest.files if entry.name.rsplit("/")[-1] == file.name]
    if known.folder is None and same_name:
        return result(str(file), "changed", known, same_name[0].name)
    return FileResult(str(file), "unknown")


def name_in(file: Path, known: Known) -> str:
    assert known.folder is not None
    return file.absolute().relative_to(known.folder.absolute()).as_posix()


def result(file: str, state: State, known: Known, listed_as: str) -> FileResult:
    manifest = known.manifest
    if state == "unchanged" and known.expected and known.expected != manifest.fingerprint:
        state = "other_plan"
    return FileResult(
        file, state, manifest.plan, manifest.fingerprint, manifest.approved, listed_as, known.expected
    )


def verify_folder(known: Known) -> Sequence[FileResult]:
    """Every file that a manifest lists."""
    assert known.folder is not None
    return [verify_one(known.folder / entry.name, known) for entry in known.manifest.files]


def is_pack(path: Path) -> bool:
    """A ZIP whose top holds a manifest (a workbook is a ZIP too, but holds none)."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as pack:
            return MANIFEST in pack.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def is_sealed(path: Path) -> bool:
    """True if a passphrase is needed to read the pack."""
    with zipfile.ZipFile(path) as pack:
        return bool(pack.getinfo(MANIFEST).flag_bits & ENCRYPTED)


def open_pack(path: Path, passphrase: str | None) -> pyzipper.AESZipFile:
    pack = pyzipper.AESZipFile(path)
    if passphrase is not None:
        pack.setpassword(passphrase.encode())
    return pack


def pack_manifest(pack: pyzipper.AESZipFile, path: Path) -> Manifest:
    """The manifest inside a pack. Raises InputError where the passphrase does not open it."""
    try:
        content = pack.read(MANIFEST)
    except RuntimeError:  # what ZIP libraries raise for a missing or wrong passphrase
        raise InputError(Problem("verify.wrong_passphrase", str(path))) from None
    except DAMAGE:
        raise InputError(Problem("verify.not_a_manifest", f"{path}/{MANIFEST}")) from None
    return parse_manifest(content, f"{path}/{MANIFEST}")


def verify_pack(path: Path, expected: str, passphrase: str | None) -> Sequence[FileResult]:
    """Every file in a pack, against the pack's own manifest; what is not listed is unknown."""
    results = []
    with open_pack(path, passphrase) as pack:
        known = known_by(pack_manifest(pack, path), None, expected)
        inside = set(pack.namelist()) - {MANIFEST}
        for entry in known.manifest.files:
            shown = f"{path}/{entry.name}"
            if entry.name not in inside:
                results.append(result(shown, "missing", known, entry.name))
                continue
            try:
                with pack.open(entry.name) as opened:
                    same = hash_of(opened) == entry.sha256
            except DAMAGE:
                same = False  # the ZIP's own checks found the damage
            results.append(result(shown, "unchanged" if same else "changed", known, entry.name))
    listed = {entry.name for entry in known.manifest.files}
    results += [FileResult(f"{path}/{name}", "unknown") for name in sorted(inside - listed)]
    return results


def hash_of(opened: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := opened.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
