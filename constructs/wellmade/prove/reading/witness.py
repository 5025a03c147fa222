"""What the code of a workload may call, as it is written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from wellmade.prove.calls import Call
from wellmade.prove.calls.signed import OPERATION
from wellmade.prove.code.kept import kept
from wellmade.prove.code.locate import Code
from wellmade.prove.code.python_imports import files_of
from wellmade.prove.code.python_trees import tree_of
from wellmade.prove.code.script_imports import SUFFIXES
from wellmade.prove.reading.kept_readings import Reading, find, keep, key_of_reading
from wellmade.prove.reading.sites import ANY, OF_VARIABLE, Site, Unread
from wellmade.prove.recordings import Recorded
from wellmade.prove.stacks_of_calls import Frame


def readable(code: Code) -> bool:
    """Tell whether the language of a workload's code can be read."""
    suffix = code.entry.suffix if code.entry and not code.problem else ""
    return suffix in (".py", *SUFFIXES)


def sites_of(code: Code) -> list[Site]:
    """Return the call sites that a handler may reach; none where its code cannot be read."""
    if not readable(code) or code.entry is None:
        return []
    return list(_read(code.entry, code.handler, code.roots).sites)


def leaves_home(code: Code, call: Call) -> bool:
    """Tell whether code names the region that a call went to, for a client of its service."""
    if code.entry is None or code.entry.suffix != ".py" or not readable(code):
        return False
    found = _read(code.entry, code.handler, code.roots).regions
    return bool({(call.service, call.region), ("*", call.region)} & found)


def unread_of(code: Code, sites: Sequence[Site], recorded: Sequence[Recorded]) -> list[Unread]:
    """Return what a handler may call that no line tells, unless tests heard it.

    Args:
        code: Of the workload.
        sites: What is read of it.
        recorded: What its tests called; nothing where none did.
    """
    if not readable(code) or code.entry is None:
        return []
    elsewhere: set[str] = set()
    for each in {(id(one.frames), one.call.service): one for one in recorded}.values():
        if not any(site.service == each.call.service and _stands_on(site, each.frames) for site in sites):
            elsewhere.add(each.call.service)
    signed = {each.call.service for each in recorded if each.call.operation == OPERATION}

    def is_heard(unread: Unread) -> bool:
        if unread.region:
            # What tests hear of Python tells where it goes; of scripts it does not, and tests set variables.
            is_told = unread.file.suffix == ".py" and not unread.region.startswith(OF_VARIABLE)
            return is_told and bool(recorded)
        if "SigV4" in unread.what:
            return bool(signed)
        return unread.heard and bool(elsewhere if "*" in unread.services else elsewhere & {*unread.services})

    return [each for each in _read(code.entry, code.handler, code.roots).unread if not is_heard(each)]


def unreached(sites: Sequence[Site], recorded: Sequence[Recorded]) -> list[Site]:
    """Return the sites that no test passed.

    Where nobody saw the line, what was called stands for it: in the local cloud the same operation, of a
    library any that it makes. Lines of scripts may be those of what was compiled, so the operation has to be
    the same, and where a module has it once, the line does not count.
    """
    lines = _lines(recorded)
    places = _places(recorded)
    at_lines = {(site.file, site.service, site.operation, site.line) for site in sites}
    alone = Counter(place[:3] for place in at_lines)
    called = {(each.call.service, each.call.operation) for each in recorded}
    indirect = [site for site in sites if site.indirect]
    by_name = {(site.file, site.line) for site in indirect if (site.service, site.operation) in called}
    by_operation = _by_operation(recorded)
    seen = any(each.frames for each in recorded)

    def is_reached(site: Site) -> bool:
        if site.indirect:
            return (site.file, site.line) in by_name
        if not seen:
            return (site.service, site.operation) in called
        place = site.file, site.service, site.operation
        if site.file.suffix == ".py" and _passed(site, by_operation.get((site.service, site.operation), {})):
            return True
        if site.file.suffix == ".py" and not site.is_lazy:
            return False
        return place in places and (alone[place] == 1 or _passed(site, lines))

    return [site for site in sites if not is_reached(site)]


class Places:
    """Where in the code calls were made; calls that were made in one place share the answer.

    Args:
        sites: The call sites of a workload.
    """

    def __init__(self, sites: Sequence[Site]) -> None:
        self._by_operation: dict[tuple[str, str], list[Site]] = {}
        for site in sites:
            self._by_operation.setdefault((site.service, site.operation), []).append(site)
        self._known: dict[tuple[int, str, str], tuple[Recorded, Site | None]] = {}

    def of(self, recorded: Recorded) -> Site | None:
        """Return where a call was made, if that is one place."""
        made = recorded.call.service, recorded.call.operation
        if made not in self._by_operation:
            return None
        key = id(recorded.frames), *made
        if key not in self._known:
            # Kept with what was recorded, so that no other frames get their id.
            self._known[key] = recorded, self._found(recorded, self._by_operation[made])
        return self._known[key][1]

    def _found(self, recorded: Recorded, sites: Sequence[Site]) -> Site | None:
        found = [site for site in sites if _stands_on(site, recorded.frames)]
        found = found or [site for site in sites if any(each.file == site.file for each in recorded.frames)]
        return found[0] if len(found) == 1 else None


def _places(recorded: Sequence[Recorded]) -> set[tuple[Path, str, str]]:
    stacks = {(id(each.frames), each.call.service, each.call.operation): each for each in recorded}
    return {
        (frame.file, each.call.service, each.call.operation)
        for each in stacks.values()
        for frame in each.frames
    }


def passed_in_other_sessions(sites: Sequence[Site], recorded: Sequence[Recorded]) -> dict[int, Site]:
    """Return the sites, by the id of what was recorded there, that call with another session's rights.

    A test puts one client in place of all; only the code tells that another role's stands there.
    """
    foreign = [site for site in sites if site.is_foreign]
    if not foreign:
        return {}
    elsewhere = {(site.service, site.operation) for site in foreign}
    found: dict[int, Site] = {}
    for each in recorded:
        made = each.call.service, each.call.operation
        if made not in elsewhere:
            continue
        lines = _lines([each])
        alike = [site for site in sites if (site.service, site.operation) == made and site.file in lines]
        # A paginator is made at one line, and calls at another.
        here = [site for site in alike if _passed(site, lines)] or alike
        if here and all(site.is_foreign for site in here):
            found[id(each)] = here[0]
    return found


def _lines(recorded: Iterable[Recorded]) -> dict[Path, set[int]]:
    """Return the lines that stand on the stacks of calls, by file."""
    lines: dict[Path, set[int]] = {}
    for frames in {id(each.frames): each.frames for each in recorded}.values():
        for frame in frames:
            lines.setdefault(frame.file, set()).add(frame.line)
    return lines


def _by_operation(recorded: Iterable[Recorded]) -> dict[tuple[str, str], dict[Path, set[int]]]:
    """Return the lines that stand on the stacks of calls, by service and operation."""
    alike: dict[tuple[str, str], list[Recorded]] = {}
    for each in recorded:
        alike.setdefault((each.call.service, each.call.operation), []).append(each)
    return {called: _lines(every) for called, every in alike.items()}


def _stands_on(site: Site, frames: Sequence[Frame]) -> bool:
    return any(site.line <= frame.line <= site.last_line and frame.file == site.file for frame in frames)


def _passed(site: Site, lines: Mapping[Path, set[int]]) -> bool:
    return any(site.line <= line <= site.last_line for line in lines.get(site.file, ()))


@cache
def _read(entry: Path, handler: str, roots: tuple[Path, ...]) -> Reading:
    key = key_of_reading(entry, handler, roots) if kept() else ""
    if found := find(key):
        return found
    try:
        reading = (
            _of_python(entry, handler, roots) if entry.suffix == ".py" else _of_script(entry, handler, roots)
        )
    except RecursionError:  # thousands of brackets in each other: nobody can say what that calls
        what = "code that is nested too deeply to be read"
        return Reading([], [Unread(entry, 1, what, ANY, heard=False)])
    keep(key, reading)
    return reading


def _of_python(entry: Path, handler: str, roots: tuple[Path, ...]) -> Reading:
    from wellmade.prove.reading import python, python_regions  # noqa: PLC0415 - few runs read anything anew

    trees = filter(None, map(tree_of, files_of(entry, roots)))
    return Reading(*python.read(entry, handler, roots), python_regions.named_regions(trees))


def _of_script(entry: Path, handler: str, roots: tuple[Path, ...]) -> Reading:
    from wellmade.prove.reading import typescript  # noqa: PLC0415 - as above

    return Reading(*typescript.read(entry, handler, roots))
