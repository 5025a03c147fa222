"""Which files of a project a function's archive was made from, found by their content."""

import io
import os
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISLNK

_CODE = (".py", ".js", ".mjs", ".cjs", ".json")
_PASSED_OVER = {"node_modules", "__pycache__", "cdk.out", "build", "dist"}


@dataclass
class Archive:
    """The files of a function, and where those are that come from the project as they are."""

    content: dict[str, bytes]
    modes: dict[str, int]
    sources: dict[str, Path] = field(default_factory=dict)
    """File of the project, by its name in the archive."""
    left_out: set[Path] = field(default_factory=set)
    """Files that were beside those from the beginning, and were not packed."""

    @classmethod
    def read(cls, data: bytes) -> "Archive":
        """Unpack it."""
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
            return cls(
                {entry.filename: bundle.read(entry) for entry in entries},
                {entry.filename: entry.external_attr for entry in entries},
            )

    def packed(self) -> bytes:
        """Pack it again, without compression: it travels over the loopback."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
            for name, data in self.content.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = self.modes.get(name, 0o644 << 16)
                bundle.writestr(entry, data)
        return buffer.getvalue()

    def refresh(self) -> list[str]:
        """Take over what was saved since, also files that are new beside others; return their names."""
        changed = []
        for name, path in {**self.sources, **dict(self._new_files())}.items():
            data = path.read_bytes() if path.is_file() else None
            if data is None:
                self.sources.pop(name, None)
                if self.content.pop(name, None) is not None:
                    changed.append(name)
            elif self.content.get(name) != data:
                self.sources[name], self.content[name] = path, data
                changed.append(name)
        return changed

    def leave_out_the_rest(self) -> None:
        """Remember which files are not packed, such as tests."""
        self.left_out = {path for _, path in self._new_files()}

    def _new_files(self) -> Iterator[tuple[str, Path]]:
        folders = {path.parent: PurePosixPath(name).parent for name, path in self.sources.items()}
        for folder, inside in folders.items():
            for path in folder.glob("*"):
                name = str(inside / path.name)
                if path.suffix in _CODE and name not in self.content and path not in self.left_out:
                    yield name, path


def find_sources(archives: Iterable[Archive], project: Path) -> None:
    """Say for each archive which files of the project are in it, by content, or by place among those."""
    archives = list(archives)
    names = {PurePosixPath(name).name for archive in archives for name in archive.content}
    files = _files(project, names)
    for archive in archives:
        roots = _roots(archive, files)
        for name in archive.content:
            root = next((root for root in roots if (root / name).is_file()), None)
            is_link = S_ISLNK(archive.modes[name] >> 16)  # which has no content to take over
            if root is not None and not is_link:
                archive.sources[name] = root / name
        archive.leave_out_the_rest()


def _roots(archive: Archive, files: Mapping[str, list[Path]]) -> list[Path]:
    """Return the folders whose files the archive has under the same names, the one with the most first."""
    votes: Counter[Path] = Counter()
    for name, data in archive.content.items():
        if not data:
            continue  # an empty file is like every other
        parts = PurePosixPath(name).parts
        for path in files.get(parts[-1], ()):
            if path.parts[-len(parts) :] == parts and path.read_bytes() == data:
                votes[Path(*path.parts[: -len(parts)])] += 1
    return [root for root, _ in votes.most_common()]


def _files(project: Path, names: set[str]) -> Mapping[str, list[Path]]:
    """Return the project's files of these names; not what was installed, built or synthesized."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for folder, folders, present in os.walk(project):
        folders[:] = [
            each
            for each in folders
            if not each.startswith(".")
            and each not in _PASSED_OVER
            and not Path(folder, each, "pyvenv.cfg").exists()
            and not Path(folder, each, "cdk.out").exists()
        ]
        for name in names.intersection(present):
            found[name].append(Path(folder, name))
    return found
