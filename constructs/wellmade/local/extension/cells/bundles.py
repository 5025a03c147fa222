"""Archives of code and of layers, unpacked as Lambda does: programs are programs, and links are links.

A link may lead anywhere, since in a cell it finds nothing but what is shown there; so links are made last,
and nothing is written or changed through one on the way.
"""

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISLNK


def unpack(bundle: zipfile.ZipFile, folder: Path) -> None:
    """Unpack files and folders; links are left for `link`."""
    for entry in bundle.infolist():
        if not is_link(entry):
            file = Path(bundle.extract(entry, folder))
            if entry.external_attr >> 16 & 0o111 and file.is_file():
                file.chmod(file.stat().st_mode | 0o111)


def link(bundle: zipfile.ZipFile, folder: Path) -> None:
    """Make the links of an archive that was unpacked; where a file already is, that one stays."""
    for entry in filter(is_link, bundle.infolist()):
        place = _place(entry, folder)
        if place and not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(os.fsdecode(bundle.read(entry)))


def link_all(archives: Iterable[Path], folder: Path) -> None:
    """Make the links of several archives that were unpacked into one folder, of the first one first."""
    for archive in archives:
        with zipfile.ZipFile(archive) as bundle:
            link(bundle, folder)


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a symbolic link; its content is where that leads."""
    return S_ISLNK(entry.external_attr >> 16)


def _place(entry: zipfile.ZipInfo, folder: Path) -> Path | None:
    """Return where an entry belongs; None if a link or a file is on the way, or it has no name."""
    names = [name for name in entry.filename.split("/") if name not in ("", ".", "..")]
    ways = [folder.joinpath(*names[:depth]) for depth in range(1, len(names))]
    if not names or any(way.is_symlink() or way.is_file() for way in ways):
        return None
    return folder.joinpath(*names)
