"""What the code of a workload may call, as it is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from wellmade.prove.code.locate import Code
from wellmade.prove.code.script_imports import SUFFIXES
from wellmade.prove.reading import python, typescript
from wellmade.prove.reading.sites import Site
from wellmade.prove.recordings import Recorded


def readable(code: Code) -> bool:
    """Tell whether the language of a workload's code can be read."""
    suffix = code.entry.suffix if code.entry and not code.problem else ""
    return suffix in (".py", *SUFFIXES)


def sites_of(code: Code) -> list[Site]:
    """Return the call sites that a handler may reach; none where its code cannot be read."""
    if not readable(code) or code.entry is None:
        return []
    return list(_sites(code.entry, code.handler, code.roots))


def unreached(sites: Sequence[Site], recorded: Sequence[Recorded]) -> list[Site]:
    """Return the sites that no test passed.

    Where nobody saw the line, what was called stands for it: in the local cloud the same operation, of a
    library any that it makes. Lines of scripts may be those of what was compiled, so the operation has to be
    the same, and where a module has it once, the line does not count.
    """
    lines: dict[Path, set[int]] = {}
    for frames in {each.frames for each in recorded}:
        for frame in frames:
            lines.setdefault(frame.file, set()).add(frame.line)
    places = _places(recorded)
    alone = Counter((site.file, site.service, site.operation) for site in sites)
    called = {(each.call.service, each.call.operation) for each in recorded}
    by_name = {(site.file, site.line) for site in sites if (site.service, site.operation) in called}
    seen = any(each.frames for each in recorded)

    def is_reached(site: Site) -> bool:
        if site.indirect:
            return (site.file, site.line) in by_name
        if not seen:
            return (site.service, site.operation) in called
        if site.file.suffix == ".py":
            return _passed(site, lines)
        place = site.file, site.service, site.operation
        return place in places and (alone[place] == 1 or _passed(site, lines))

    return [site for site in sites if not is_reached(site)]


def place_of(recorded: Recorded, sites: Sequence[Site]) -> Site | None:
    """Return where in the code a call was made, if that is one place."""
    made = (recorded.call.service, recorded.call.operation)
    lines: dict[Path, set[int]] = {}
    for frame in recorded.frames:
        lines.setdefault(frame.file, set()).add(frame.line)
    found = [site for site in sites if (site.service, site.operation) == made and site.file in lines]
    found = [site for site in found if _passed(site, lines)] or found
    return found[0] if len(found) == 1 else None


def _places(recorded: Sequence[Recorded]) -> set[tuple[Path, str, str]]:
    return {
        (frame.file, each.call.service, each.call.operation) for each in recorded for frame in each.frames
    }


def passed_in_other_sessions(sites: Sequence[Site], recorded: Sequence[Recorded]) -> dict[int, Site]:
    """Return the sites, by the id of what was recorded there, that call with another session's rights.

    A test puts one client in place of all; only the code tells that another role's stands there.
    """
    found: dict[int, Site] = {}
    for each in recorded:
        lines = {(frame.file, frame.line) for frame in each.frames}
        here = [
            site
            for site in sites
            if (site.service, site.operation) == (each.call.service, each.call.operation)
            and any((site.file, line) in lines for line in range(site.line, site.last_line + 1))
        ]
        if here and all(site.is_foreign for site in here):
            found[id(each)] = here[0]
    return found


def _passed(site: Site, lines: Mapping[Path, set[int]]) -> bool:
    return any(site.line <= line <= site.last_line for line in lines.get(site.file, ()))


@cache
def _sites(entry: Path, handler: str, roots: tuple[Path, ...]) -> tuple[Site, ...]:
    if entry.suffix == ".py":
        return tuple(python.sites_of(entry, handler, roots))
    return tuple(typescript.sites_of(entry, handler, roots))
