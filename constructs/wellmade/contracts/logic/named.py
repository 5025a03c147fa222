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
    return frozenset(name for name in added if not any(_names(pool, node, name) for node in ours))


def _names(pool: Pool, node: Node, name: str) -> bool:
    match node.kind:
        case "required":
            return bool(node.args[0] == name)
        case "names":
            return bool(node.args[0].kind == "enum")
        case "fields":
            names, patterns, rest = node.args
            if rest not in (pool.true, pool.false):
                return True
            if any(known == name for known, _ in names):
                return True
            return any(_found(pattern, name) for pattern, _ in patterns)
    return node.kind == "opaque"


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
