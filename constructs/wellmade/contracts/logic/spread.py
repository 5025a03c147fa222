"""Literals spread out: what they assert of a value, and the choices that they leave."""

from collections.abc import Iterable

from wellmade.contracts.budget import Budget
from wellmade.contracts.logic.answer import Literal, State
from wellmade.contracts.logic.node import Pool

Choice = tuple[Literal, ...]
"""Literals of which one must hold."""


def spread(
    pool: Pool, budget: Budget, literals: Iterable[Literal], known: Iterable[Literal]
) -> tuple[State, list[Choice]] | None:
    """Return the atoms and the choices behind literals, or None where two contradict each other."""
    waiting, atoms, choices, seen = list(literals), set(known), dict[Choice, None](), set[Literal]()
    signs = {node: sign for _, sign, node in atoms}
    while waiting:
        literal = waiting.pop()
        if literal in seen:
            continue
        seen.add(literal)
        budget.spend()
        side, sign, node = literal
        false = node is (pool.false if sign else pool.true)
        if false or signs.setdefault(node, sign) != sign:
            return None
        match node.kind:
            case "true" | "false":
                pass
            case "not":
                waiting.append((side, not sign, node.args[0]))
            case "ref":
                waiting.append((side, sign, pool.targets[node]))
            case "one":
                budget.spend(len(node.args[0]) ** 2)
                waiting.append((side, sign, pool.cases(node.args[0])))
            case "and" | "or":
                parts = tuple((side, sign, part) for part in node.args[0])
                if (node.kind == "and") == sign:
                    waiting += parts
                else:
                    choices[parts] = None
            case _:
                atoms.add(literal)
    return frozenset(atoms), list(choices)
