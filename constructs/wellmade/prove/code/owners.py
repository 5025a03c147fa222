"""Whose a recorded call is: that of the function whose code makes it, whatever the layout of the project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from wellmade.graph import Resource
from wellmade.prove.code import script_imports
from wellmade.prove.code.locate import Code, Locator
from wellmade.prove.code.project import is_test
from wellmade.prove.code.python_imports import files_of
from wellmade.prove.code.python_modules import module_at
from wellmade.prove.recordings import Recorded, Recordings
from wellmade.prove.stacks_of_calls import Frame


@dataclass
class Heard:
    """What the tests of one workload called, and the variables that its code read."""

    calls: list[Recorded] = field(default_factory=list)
    variables: dict[str, list[str]] = field(default_factory=dict)
    changed: list[Path] = field(default_factory=list)
    """Files of its code that are not as they were then."""

    def learn(self, variables: Mapping[str, Sequence[str]]) -> None:
        """Add values of variables."""
        for name, values in variables.items():
            known = self.variables.setdefault(name, [])
            known.extend(value for value in values if value not in known)


class Owners:
    """Divides a recording among workloads.

    A call that passes a handler is that handler's function's. Any other is of the function whose code alone
    holds a file on its stack; of code that several share, only a handler on the stack tells whose it is. A
    package that several import from is shared as a whole: its own tests speak for none of them, though only
    one function imports the module that they test.
    """

    def __init__(self, workloads: Iterable[Resource], locator: Locator) -> None:
        self._workloads = list(workloads)
        self._root = locator.project.root
        self._codes = {each.id: locator.code_of(each) for each in self._workloads}
        self._files = {key: self._all_files(code) for key, code in self._codes.items()}
        entries = defaultdict(list)
        for key, code in self._codes.items():
            if code.entry and not code.problem:
                entries[code.entry].append(key)
        self._entries: Mapping[Path, list[str]] = entries
        self._sharing = self._who_holds()
        self._by_frames: dict[int, tuple[tuple[Frame, ...], list[str]]] = {}

    def files_of(self, workload: Resource) -> frozenset[Path]:
        """Return the files of a workload's code."""
        return self._files[workload.id]

    def divide(self, recordings: Recordings) -> dict[str, Heard]:
        """Return what each workload called, by its id."""
        heard: dict[str, Heard] = defaultdict(Heard)
        for recorded in recordings.calls:
            for key in self._owners(recorded):
                heard[key].calls.append(recorded)
                heard[key].learn({name: [value] for name, value in recorded.variables.items()})
        for key, found in heard.items():
            for file in self._files[key]:
                found.learn(recordings.variables.get(file, {}))
            found.changed = sorted(self._files[key] & recordings.changed)
        return heard

    def _owners(self, recorded: Recorded) -> list[str]:
        if recorded.function:
            return [
                each.id
                for each in self._workloads
                if recorded.function in (each.logical_id, each.id, each.get("FunctionName"))
            ]
        known = self._by_frames.get(id(recorded.frames))  # calls of one place share their frames
        if known is None:
            # Kept with its frames, so that no others get their id.
            known = self._by_frames[id(recorded.frames)] = (
                recorded.frames,
                self._owners_of(recorded.frames),
            )
        return known[1]

    def _owners_of(self, stack: tuple[Frame, ...]) -> list[str]:
        frames = [frame for frame in stack if not is_test(frame.file, self._root)]
        through = [key for frame in frames for key in self._handled_by(frame)]
        if through:
            return list(dict.fromkeys(through))
        for frame in frames:
            holders = self._sharing.get(frame.file, [])
            if holders and len({self._identity(key) for key in holders}) == 1:
                return holders
        return []

    def _handled_by(self, frame: Frame) -> list[str]:
        """Return whose handler a function is; where the handler is no function, any of its module is."""
        keys = self._entries.get(frame.file, [])
        handlers = {self._codes[key].handler for key in keys}
        defined = module_at(frame.file).defines if keys else frozenset()
        outermost = frame.function.partition(".")[0]
        if outermost in handlers:
            return [key for key in keys if self._codes[key].handler == outermost]
        if len(handlers) == 1 and not handlers & defined:
            return keys
        return []

    def _identity(self, key: str) -> tuple[object, str]:
        code = self._codes[key]
        return code.entry or code.roots, code.handler

    def _who_holds(self) -> dict[Path, list[str]]:
        """Return who holds each file, or any file of the library that it is of."""
        holders: dict[Path, dict[str, None]] = defaultdict(dict)
        with_handlers = {folder for entry in self._entries for folder in entry.parents}
        units = {
            key: {file: self._unit_of(file, key, with_handlers) for file in held}
            for key, held in self._files.items()
        }
        for key, held in units.items():
            for unit in held.values():
                holders[unit][key] = None
        return {file: list(holders[unit]) for held in units.values() for file, unit in held.items()}

    def _unit_of(self, file: Path, key: str, with_handlers: AbstractSet[Path]) -> Path:
        """Return the package below a root that a file is of, unless a handler is in it; else the file."""
        above = file.parents
        for root in self._codes[key].roots:
            if root in above and above[0] != root:
                package = above[above.index(root) - 1]
                if package not in with_handlers:
                    return package
        return file

    def _all_files(self, code: Code) -> frozenset[Path]:
        if code.problem:
            return frozenset()
        if code.entry is None:
            return frozenset(
                file.resolve() for root in code.roots for file in root.rglob("*.py") if file.is_file()
            )
        if code.entry.suffix == ".py":
            return files_of(code.entry, code.roots)
        return frozenset(script_imports.files_of(code.entry, code.roots))
