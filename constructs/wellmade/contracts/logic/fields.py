"""The fields of one object: which names there may be, and what is asked of the value of each."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from wellmade.contracts.logic.answer import Answer, Found, Literal, State, Tried, Unknown
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.named import new_names
from wellmade.contracts.logic.node import Node
from wellmade.contracts.logic.searching import Searching
from wellmade.contracts.logic.values import canonical, for_name, found_in, holds

Need = tuple[bool, Node]
"""A formula about fields or names that must not hold, and who says so."""
MOST_PATTERNS = 6
_SMALL = 100


@dataclass(frozen=True)
class Unnamed:
    """Names that no schema spells out: which patterns are found in them, and what else is asked of them."""

    found: frozenset[str] = frozenset()
    not_found: frozenset[str] = frozenset()
    literals: State = frozenset()


class Fields:
    """What an object's atoms ask of its fields."""

    def __init__(self, solver: Searching, asserted: Assertions) -> None:
        self.solver: Searching = solver
        self.asserted: Assertions = asserted
        every = [node for sign in (True, False) for _, node in self._of("fields", sign)]
        self.absent: frozenset[str] = frozenset(asserted.refused("required"))
        self.patterns: list[str] = sorted({pattern for node in every for pattern, _ in node.args[1]})
        self.new: frozenset[str] = new_names(solver.pool, asserted.atoms) if solver.additions else frozenset()
        named = {name for node in every for name, _ in node.args[0]}
        named |= {name for sign in (True, False) for name in self._required(sign)}
        named |= self._names_in_enums()
        self.named: list[str] = sorted(named)
        self._names = [(side, node.args[0]) for side, node in self._of("names", sign=True)]

    def _of(self, kind: str, sign: bool) -> list[Need]:  # noqa: FBT001 - the sign of a literal
        literals = self.asserted.holding(kind) if sign else self.asserted.failing(kind)
        return [(side, node) for side, _, node in literals]

    def _required(self, sign: bool) -> list[str]:  # noqa: FBT001 - as above
        return [node.args[0] for _, node in self._of("required", sign)]

    def _names_in_enums(self) -> set[str]:
        """Return the names that `propertyNames` lists."""
        nodes = [node.args[0] for sign in (True, False) for _, node in self._of("names", sign)]
        texts = {text for node in nodes if node.kind == "enum" for text in node.args[0]}
        return {json.loads(text) for text in texts if text.startswith('"')}

    def may_have(self, names: Collection[str]) -> bool:
        """Tell whether these names may be there."""
        return not self.absent.union(self.new).intersection(names)

    def needs(self) -> list[Need]:
        """Return what some field must be like."""
        return [*self._of("fields", sign=False), *self._of("names", sign=False)]

    def value(self, name: str, literals: State) -> Answer:
        """Return a value for a name."""
        pool = self.solver.pool
        for _, node in self._names:
            if not holds(pool, node, name):
                return Tried().answer
        asked = {
            (side, True, part)
            for side, node in self._of("fields", sign=True)
            for part in for_name(node, name)
        }
        return self.solver.solve(frozenset(asked | literals))

    def other_than(self, value: Any) -> Literal:
        """Return that a value is not this one."""
        text = canonical(value)
        self.solver.pool.values.setdefault(text, value)
        return (True, False, self.solver.pool.make("enum", frozenset([text])))

    def ways(self, need: Need, asked: Mapping[str, State], tried: Tried) -> Iterator[tuple[str, State]]:
        """Yield names, each with what its value must not fulfil, so that the formula does not hold."""
        side, node = need
        if node.kind == "names":
            wrong = frozenset([(side, False, node.args[0])])
            for name in self._free(asked):
                if not holds(self.solver.pool, node.args[0], name):
                    yield name, frozenset()
            yield from ((name, frozenset()) for name in self._fresh(Unnamed(literals=wrong), asked, tried))
            return
        names, patterns, rest = node.args
        for name, part in names:
            if self.may_have([name]):
                yield name, frozenset([(side, False, part)])
        for pattern, part in patterns:
            wrong = frozenset([(side, False, part)])
            yield from ((name, wrong) for name in self._free(asked) if found_in(pattern, name))
            unnamed = Unnamed(found=frozenset([pattern]))
            yield from ((name, wrong) for name in self._fresh(unnamed, asked, tried))
        wrong = frozenset([(side, False, rest)])
        if rest is self.solver.pool.true:
            return
        known = {name for name, _ in names}
        yield from (
            (name, wrong)
            for name in self._free(asked)
            if name not in known and not any(found_in(pattern, name) for pattern, _ in patterns)
        )
        unnamed = Unnamed(not_found=frozenset(pattern for pattern, _ in patterns))
        yield from ((name, wrong) for name in self._fresh(unnamed, asked, tried))

    def spare(self, present: Collection[str], tried: Tried) -> Iterator[tuple[str, Any]]:
        """Yield fields that may be there too, each with a small value."""
        for name in self.named:
            answer = self.value(name, frozenset()) if self.may_have([name]) and name not in present else None
            if isinstance(answer, Found) and answer.size < _SMALL:
                yield name, answer.value
            elif answer:
                tried.note(Unknown("a field's value is too large") if isinstance(answer, Found) else answer)
        found = True
        while found:
            found = False
            for name in self._fresh(Unnamed(), dict.fromkeys(present, frozenset()), tried):
                answer = self.value(name, frozenset())
                if isinstance(answer, Found) and answer.size < _SMALL:
                    yield name, answer.value
                    found = True
                else:
                    tried.note(
                        Unknown("a field's value is too large") if isinstance(answer, Found) else answer
                    )

    def _free(self, asked: Mapping[str, State]) -> list[str]:
        return [name for name in dict.fromkeys([*asked, *self.named]) if self.may_have([name])]

    def _fresh(self, unnamed: Unnamed, asked: Collection[str], tried: Tried) -> Iterator[str]:
        """Yield a name of each kind that the patterns tell apart, and that nobody spells out."""
        open_patterns = [p for p in self.patterns if p not in unnamed.found | unnamed.not_found]
        if len(open_patterns) > MOST_PATTERNS:
            tried.note(Unknown("too many patterns of names meet"))
            return
        pool = self.solver.pool
        fixed = {(True, True, pool.make("pattern", pattern)) for pattern in unnamed.found}
        fixed |= {(True, False, pool.make("pattern", pattern)) for pattern in unnamed.not_found}
        fixed |= {(side, True, node) for side, node in self._names} | unnamed.literals
        fixed |= {(True, True, pool.types(["string"]))}
        fixed |= {self.other_than(name) for name in {*self.named, *asked}}
        longer = (True, True, pool.make("min_length", 1))
        for signs in product((False, True), repeat=len(open_patterns)):
            literals = {
                (True, sign, pool.make("pattern", pattern))
                for pattern, sign in zip(open_patterns, signs, strict=True)
            }
            # An empty name is one that nobody would read; it is taken where there is no other.
            answer = self.solver.solve(frozenset({*fixed, *literals, longer}))
            if not isinstance(answer, Found):
                answer = self.solver.solve(frozenset(fixed | literals))
            if isinstance(answer, Found):
                yield answer.value
            else:
                tried.note(answer)
