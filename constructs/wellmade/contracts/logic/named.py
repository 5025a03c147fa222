"""Which fields a schema names, to tell fields that are new from those that were there, unnamed or not."""

from collections.abc import Iterable, Iterator

from wellmade.contracts.logic.answer import State
from wellmade.contracts.logic.node import Node, Pool
from wellmade.contracts.logic.values import UnknownError, found_in


def new_names(pool: Pool, state: State) -> frozenset[str]:
    """Return the names that only the refusing side spells out."""
    theirs = list(_parts(pool, [node for side, _, node in state if not side]))
    added = {name for node in theirs if node.kind == "fields" for name, _ in node.args[0]}
    if not added:
        return frozenset()
    ours = list(_parts(pool, [node for side, _, node in state if side]))
    if any(_names_all(pool, node) for node in ours):
        return frozenset()
    patterns = {pattern for node in ours if node.kind == "fields" for pattern, _ in node.args[1]}
    added -= {name for node in ours for name in _named(node)}
    return frozenset(name for name in added if not any(_found(pattern, name) for pattern in patterns))


def _names_all(pool: Pool, node: Node) -> bool:
    """Tell whether an atom says something of any name."""
    match node.kind:
        case "names":
            return bool(node.args[0].kind == "enum")
        case "fields":
            return node.args[2] not in (pool.true, pool.false)
    return node.kind == "opaque"


def _named(node: Node) -> Iterable[str]:
    match node.kind:
        case "required":
            return [node.args[0]]
        case "fields":
            return [name for name, _ in node.args[0]]
    return ()


def _found(pattern: str, name: str) -> bool:
    try:
        return found_in(pattern, name)
    except UnknownError:
        return True


def _parts(pool: Pool, nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the atoms that speak about the same value, whatever joins them."""
    waiting, seen = list(nodes), set[Node]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        match node.kind:
            case "and" | "or" | "one":
                waiting += node.args[0]
            case "not":
                waiting.append(node.args[0])
            case "ref":
                waiting.append(pool.targets[node])
            case _:
                yield node
