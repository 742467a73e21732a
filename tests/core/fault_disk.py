"""A disk that fails: writes that were never synced are lost or torn, space ends, the stick is pulled.

A VFS that keeps every file in memory twice: as the program sees it, and as it is after a power cut.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

import apsw

NAME = "faulty"
SECTOR = 512


class PowerCut(BaseException):
    """The machine is off: nothing of the program runs any more."""


@dataclass
class Image:
    """A file: as the system has it in memory, what of it is on the disk, and what was written since."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    there: bool = False  # its name is on the disk
    since: list[tuple[int, bytes]] = field(
        default_factory=list
    )  # (offset, data); (size, b"") is a truncation


class Disk(apsw.VFS):
    """`cut_at`: the operation at which the power goes. `room`: bytes until the disk is full.

    `operations`: how many were asked for so far. `off`: it is gone, every access fails.
    """

    def __init__(self, name: str = NAME) -> None:
        super().__init__(name, "")
        self.name = name
        self.files: dict[str, Image] = {}
        self.deleted: dict[str, bytes] = {}  # deleted, and not yet surely so on the disk
        self.operations = 0
        self.cut_at: int | None = None
        self.room: int | None = None
        self.off = False

    def tick(self) -> None:
        """One operation. Raises where the disk is not there any more."""
        if self.off:
            raise apsw.IOError("the disk is gone")
        self.operations += 1
        if self.cut_at is not None and self.operations >= self.cut_at:
            self.off = True
            raise apsw.IOError("the power is off")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "DiskFile":
        self.tick()
        text = name.filename() if isinstance(name, apsw.URIFilename) else name or f"temporary {id(object())}"
        if text not in self.files:
            self.load(text)
        return DiskFile(self, self.files[text], flags)

    def load(self, name: str) -> None:
        """A file that lies on the real disk already is taken over as it is."""
        path = Path(name)
        content = path.read_bytes() if path.is_file() else b""
        self.files[name] = Image(bytearray(content), content, there=path.is_file())

    def xDelete(self, name: str, syncdir: bool) -> None:
        self.tick()
        image = self.files.pop(name, None)
        if image is not None and image.there and not syncdir:
            self.deleted[name] = image.safe
        elif syncdir:
            self.deleted.clear()
        Path(name).unlink(missing_ok=True)

    def xAccess(self, name: str, flags: int) -> bool:
        return name in self.files or Path(name).is_file()

    def xFullPathname(self, name: str) -> str:
        return name

    def after_power_cut(self, chance: random.Random, folder: Path) -> None:
        """Lay the files as a disk may have them: each write since the last sync is there, not, or in part."""
        for name, image in self.files.items():
            content = bytearray(image.safe)
            for offset, data in image.since:
                fate = chance.random()
                if data == b"":
                    if fate < 0.5:
                        del content[offset:]
                elif fate < 0.4:
                    write(content, offset, data)
                elif fate < 0.7:
                    whole = chance.randrange(0, len(data) // SECTOR + 1) * SECTOR
                    write(content, offset, data[:whole])
            if image.there or (image.since and chance.random() < 0.5):
                (folder / Path(name).name).write_bytes(content)
        for name, content in self.deleted.items():
            if chance.random() < 0.5:
                (folder / Path(name).name).write_bytes(content)

    def after_kill(self, folder: Path) -> None:
        """Lay the files as the system has them when only the program was killed."""
        for name, image in self.files.items():
            (folder / Path(name).name).write_bytes(image.now)


def write(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class DiskFile:
    """An open file of the failing disk. Locks are not kept: one program is at work."""

    def __init__(self, disk: Disk, image: Image, flags: list[int]) -> None:
        self.disk, self.image = disk, image
        self.level = 0

    def xRead(self, amount: int, offset: int) -> bytes:
        self.disk.tick()
        return bytes(self.image.now[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.tick()
        if self.disk.room is not None:
            grown = max(0, offset + len(data) - len(self.image.now))
            if grown > self.disk.room:
                raise apsw.FullError("no room")
            self.disk.room -= grown
        write(self.image.now, offset, bytes(data))
        self.image.since.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        self.disk.tick()
        del self.image.now[size:]
        self.image.since.append((size, b""))

    def xSync(self, flags: int) -> None:
        self.disk.tick()
        self.image.safe, self.image.there = bytes(self.image.now), True
        self.image.since.clear()

    def xFileSize(self) -> int:
        return len(self.image.now)

    def xLock(self, level: int) -> None:
        self.level = level

    def xUnlock(self, level: int) -> None:
        self.level = level

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0

    def xClose(self) -> None:
        return None
