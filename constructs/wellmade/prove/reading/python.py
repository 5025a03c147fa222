"""Reads handlers in Python: which clients of boto3 they call, with what, in the code that they reach."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from pathlib import Path

from wellmade.prove.code.python_imports import files_of
from wellmade.prove.code.python_imports import found as found_module
from wellmade.prove.code.python_trees import tree_of
from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.reading import python_unread, strangers
from wellmade.prove.reading.python_clients import given_away, of_clients
from wellmade.prove.reading.python_given import sessions_left
from wellmade.prove.reading.python_guards import fills_environment
from wellmade.prove.reading.python_names import names_of
from wellmade.prove.reading.python_owners import methods_made, of_unknown_owners
from wellmade.prove.reading.python_programs import of_programs
from wellmade.prove.reading.python_reach import PROGRAM, reachable, receivers
from wellmade.prove.reading.python_regions import regions_in
from wellmade.prove.reading.python_sites import sites_of
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import ANY, Site, Unread, spelt

_ROUNDS = 4
"""So often values are looked up by other values."""


def read(
    entry: Path, handler: str, roots: Sequence[Path], started: AbstractSet[Path] = frozenset()
) -> tuple[list[Site], list[Unread]]:
    """Return what a handler may call, in the order of its files, and what it may call that no line tells.

    Args:
        entry: Module of the handler.
        handler: The function in it.
        roots: Folders that imports start from.
        started: Programs that lead here, each of which is read at most once. Default: none.
    """
    files = sorted(files_of(entry, roots), key=lambda file: (file != entry, file))
    trees = {file: tree for file in files if (tree := tree_of(file))}
    values = Values()
    for function in receivers(trees.get(entry), handler):
        values.receive(function)
    reached = list(reachable(trees, handler, entry))
    _learn(values, trees.values(), {node for _, piece in reached for node in piece.nodes})
    sure = {piece.node for _, piece in reachable(trees, handler, entry, unambiguous=True)}
    found: dict[Site, None] = {}
    unread: dict[Unread, None] = {}
    given: dict[Unread, None] = {}
    names = names_of(trees, roots)
    methods = methods_made(reached, values)
    calls_nothing = partial(_calls_nothing, roots=roots, started={entry, *started})
    for file, piece in reached:
        with values.inside(piece.node):
            here = _marked(list(sites_of(file, piece, values)), sure=piece.node in sure)
            found |= dict.fromkeys(here)
            unread |= dict.fromkeys(python_unread.of_piece(file, piece, values, here, names.sessions))
            unread |= dict.fromkeys(of_programs(file, piece, roots, calls_nothing))
            unread |= dict.fromkeys(of_unknown_owners(file, piece, values, methods, names, here))
            given |= dict.fromkeys(given_away(file, piece, values, names, here))
    for file in files:
        if file not in trees:  # a newer Python than this one may read it
            unread[Unread(file, 1, f"the module {file.name}, which cannot be parsed", ANY, heard=False)] = (
                None
            )
    unread |= dict.fromkeys(_of_libraries(trees, reached, roots))
    for file, tree in trees.items():
        for service, region, line in regions_in(tree):
            what = f"a client of {service if service != '*' else 'any service'} in {spelt(region)}"
            unread[Unread(file, line, what, (service,), region=region)] = None
    unread |= {Unread(file, line, "a session", ANY): None for file, line in sessions_left(trees)}
    unread |= _once(given, unread)
    if clients := list(of_clients(reached, values, names, found, unread)):
        elsewhere = _services_of_others(trees, reached, values)
        unread |= dict.fromkeys(each for each in clients if not elsewhere.intersection(each.services))
    if any(map(fills_environment, trees.values())):
        unread = dict.fromkeys(replace(each, needs="") for each in unread)
    order = {file: place for place, file in enumerate(files)}
    sites = sorted(found, key=lambda site: (order[site.file], site.line, site.service, site.operation))
    return sites, sorted(unread, key=lambda each: (order[each.file], each.line, each.what))


def _of_libraries(
    trees: Mapping[Path, ast.Module], reached: Sequence[tuple[Path, Piece]], roots: Sequence[Path]
) -> Iterator[Unread]:
    """Yield the libraries that call AWS by themselves or may do so, where the handler reaches their names."""
    used = frozenset(name for _, piece in reached for name in piece.names)
    for file, tree in trees.items():
        libraries = [*python_unread.of_imports(file, tree), *strangers.of_python(file, roots)]
        idle = strangers.idle_imports(tree, used) if libraries else frozenset()
        yield from (each for each in libraries if each.what.rpartition(" ")[2] not in idle)


def _calls_nothing(module: str, *, roots: Sequence[Path], started: AbstractSet[Path]) -> bool:
    """Tell whether a module of the project calls nothing when it is started as a program."""
    file = next(reversed(found_module(module, roots)), None)
    if file is None or file in started:
        return False
    return read(file, PROGRAM, roots, started) == ([], [])


def _learn(values: Values, trees: Iterable[ast.Module], reached: AbstractSet[ast.AST] | None = None) -> None:
    """Learn what the functions of modules tell that are reached; all of them where none are named."""
    kept = list(trees)
    for _ in range(_ROUNDS):
        new = [values.learn(tree, reached) for tree in kept]
        if not any(new):
            break


def _marked(sites: Sequence[Site], *, sure: bool) -> list[Site]:
    """Return sites as sure or not: of several that one call may be, by names that are the same, none is."""
    alike = Counter((each.line, each.last_line, each.service, each.operation) for each in set(sites))
    return [
        replace(each, is_sure=sure and alike[each.line, each.last_line, each.service, each.operation] == 1)
        for each in sites
    ]


def _once(given: Iterable[Unread], unread: Iterable[Unread]) -> dict[Unread, None]:
    """Return the clients that are given away, each once, without those of a library that has its own row."""
    told = {(each.file, each.line) for each in unread if not each.region}
    return dict.fromkeys(each for each in given if (each.file, each.line) not in told)


def _services_of_others(
    trees: Mapping[Path, ast.Module], reached: Sequence[tuple[Path, Piece]], values: Values
) -> set[str]:
    """Return the services that functions call which the handler does not reach: they use clients as well."""
    seen = {piece.node for _, piece in reached}
    values.forget({*trees.values()})
    _learn(values, trees.values())
    services: set[str] = set()
    for file, tree in trees.items():
        for piece in syntax_of(tree).functions:
            if piece.node not in seen:
                with values.inside(piece.node):
                    services |= {site.service for site in sites_of(file, piece, values)}
    return services
