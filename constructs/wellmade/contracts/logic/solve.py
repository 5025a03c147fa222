"""Search a value that fulfils formulas: split by type and by case, then let each type's own rules decide."""

from collections.abc import Iterable, Mapping
from typing import Any

from wellmade.contracts.budget import Budget
from wellmade.contracts.logic.answer import NOTHING, Answer, Found, Literal, Nothing, State, Tried, Unknown
from wellmade.contracts.logic.arrays import find_array
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.by_type import ByType
from wellmade.contracts.logic.node import TYPES, Node, Pool
from wellmade.contracts.logic.numbers import find_number
from wellmade.contracts.logic.objects import find_object
from wellmade.contracts.logic.spread import Choice, spread
from wellmade.contracts.logic.strings import find_string_value
from wellmade.contracts.logic.values import UnknownError, canonical, holds

DEEPEST = 40
"""How deep a witness may be nested."""


class Solver:
    """The search of one comparison.

    A state that is met again below itself is taken as impossible there: of the values that fulfil it the
    least deep one does not contain another one. So schemas that refer to themselves are decided.

    Args:
        pool: The formulas.
        budget: How long to search.
        additions: Whether fields that only the refusing schema names are left out of values: what a schema
            did not name, its producer did not send.
    """

    def __init__(self, pool: Pool, budget: Budget, *, additions: bool) -> None:
        self.pool: Pool = pool
        self.budget: Budget = budget
        self.additions: bool = additions
        self._known: dict[State, Answer] = {}
        self._open: dict[State, int] = {}
        self._rests_on = DEEPEST
        self._types = ByType(pool, budget)

    def solve(self, state: State) -> Answer:
        """Return a value that fulfils all literals of a state."""
        if state in self._known:
            return self._known[state]
        depth = len(self._open)
        if state in self._open:
            self._rests_on = min(self._rests_on, self._open[state])
            return NOTHING
        if depth >= DEEPEST:
            return Unknown("the schemas are nested too deep")
        self.budget.spend(1 + len(state))
        outer, self._rests_on = self._rests_on, DEEPEST
        self._open[state] = depth
        try:
            answer = self._solve(state)
        finally:
            del self._open[state]
        if not isinstance(answer, Nothing) or self._rests_on >= depth:
            self._known[state] = answer
        self._rests_on = min(outer, self._rests_on) if self._rests_on < depth else outer
        return answer

    def _solve(self, state: State) -> Answer:
        known = spread(self.pool, self.budget, state, ())
        if known is None:
            return NOTHING
        atoms, choices = known
        values = [node.args[0] for _, sign, node in atoms if sign and node.kind == "enum"]
        if values:
            return self._among(frozenset.intersection(*values), state)
        tried = Tried()
        for kind in TYPES:
            answer = self._typed(kind, atoms, choices)
            if isinstance(answer, Found):
                return answer
            tried.note(answer)
        return tried.answer

    def _among(self, values: Iterable[str], state: State) -> Answer:
        tried = Tried()
        excluded = [node.args[0] for _, sign, node in state if not sign and node.kind == "enum"]
        for text in sorted(frozenset(values).difference(*excluded), key=lambda text: (len(text), text)):
            self.budget.spend()
            value = self.pool.values[text]
            try:
                if all(holds(self.pool, node, value) == sign for _, sign, node in state):
                    return Found(value)
            except UnknownError as error:
                tried.note(Unknown(str(error)))
        return tried.answer

    def _typed(self, kind: str, atoms: State, choices: list[Choice]) -> Answer:
        """Search among the values of one type."""
        kept = self._kept(kind, atoms)
        return NOTHING if kept is None else self._chosen(kind, kept, choices)

    def _kept(self, kind: str, atoms: State) -> State | None:
        """Return what atoms ask of values of a type, or None where no such value can be."""
        kept = set()
        for side, sign, node in atoms:
            shrunk = self._types.of(node, kind)
            if shrunk not in (self.pool.true, self.pool.false):
                kept.add((side, sign, shrunk))
            elif (shrunk is self.pool.true) != sign:
                return None
        return frozenset(kept)

    def _chosen(self, kind: str, atoms: State, choices: list[Choice]) -> Answer:
        """Decide choices: those with one option left first, then the shortest."""
        decided = self._narrow(kind, atoms, choices)
        if decided is None:
            return NOTHING
        atoms, choices = decided
        values = [node.args[0] for _, sign, node in atoms if sign and node.kind == "enum"]
        if values:
            rest = (self._as_literal(choice) for choice in choices)
            return self._among(frozenset.intersection(*values), atoms.union(rest))
        if not choices:
            return self._of_atoms(kind, atoms)
        choice = min(
            choices, key=lambda choice: (not all(side and sign for side, sign, _ in choice), len(choice))
        )
        others = [other for other in choices if other is not choice]
        tried = Tried()
        for option in choice:
            answer = self._with(kind, atoms, option, others)
            if isinstance(answer, Found):
                return answer
            tried.note(answer)
        return tried.answer

    def _as_literal(self, choice: Choice) -> Literal:
        nodes = [node if sign else self.pool.negated(node) for _, sign, node in choice]
        return choice[0][0], True, self.pool.some(nodes)

    def _with(self, kind: str, atoms: State, option: Literal, others: list[Choice]) -> Answer:
        self.budget.spend(len(atoms))
        known = spread(self.pool, self.budget, [option], atoms)
        return NOTHING if known is None else self._typed(kind, known[0], [*others, *known[1]])

    def _narrow(self, kind: str, atoms: State, choices: list[Choice]) -> tuple[State, list[Choice]] | None:
        """Drop options that cannot be, until each choice that remains has several."""
        waiting, open_choices = list(choices), list[Choice]()
        standing = {self._types.of(self._as_literal(choice)[2], kind): True for choice in choices}
        while waiting:
            options = self._options(kind, waiting.pop(), atoms, standing)
            if options is None:
                continue
            if len(options) > 1:
                open_choices.append(options)
                continue
            known = spread(self.pool, self.budget, options, atoms) if options else None
            kept = self._kept(kind, known[0]) if known else None
            if known is None or kept is None:
                return None
            atoms = kept
            waiting += [*known[1], *open_choices]
            open_choices = []
        ours = [choice for choice in open_choices if all(side and sign for side, sign, _ in choice)]
        if len(open_choices) < 2 or len(ours) == 1:
            return atoms, open_choices
        return self._looked_ahead(kind, atoms, open_choices)

    def _options(
        self, kind: str, choice: Choice, atoms: State, standing: Mapping[Node, bool]
    ) -> Choice | None:
        """Return what is left of a choice, or None where it is fulfilled."""
        signs = {node: sign for _, sign, node in atoms}
        left = []
        for side, sign, node in choice:
            shrunk = self._types.of(node, kind)
            if signs.get(shrunk) is sign or shrunk is (self.pool.true if sign else self.pool.false):
                return None
            if shrunk not in (self.pool.true, self.pool.false) and signs.get(
                shrunk, standing.get(shrunk)
            ) is not (not sign):
                left.append((side, sign, shrunk))
        return tuple(left)

    def _looked_ahead(
        self, kind: str, atoms: State, choices: list[Choice]
    ) -> tuple[State, list[Choice]] | None:
        """Drop options that the atoms alone exclude, and choices that they fulfil: no product then."""
        kept = list[Choice]()
        for choice in choices:
            opposites = ((side, not sign, node) for side, sign, node in choice)
            if any(isinstance(self._with(kind, atoms, other, []), Nothing) for other in opposites):
                continue
            options = tuple(
                option for option in choice if not isinstance(self._with(kind, atoms, option, []), Nothing)
            )
            if not options:
                return None
            kept.append(options)
        if any(len(choice) == 1 for choice in kept):
            return self._narrow(kind, atoms, kept)
        return atoms, kept

    def _of_atoms(self, kind: str, atoms: State) -> Answer:
        """Search by the rules of the type, where only atoms are left."""
        asserted = Assertions(atoms, self.pool)
        if asserted.is_contradiction:
            return NOTHING
        answer = self._by_rules(kind, asserted)
        if asserted.opaque and isinstance(answer, Found):
            return Unknown(asserted.opaque[0])
        return answer

    def _by_rules(self, kind: str, asserted: Assertions) -> Answer:
        match kind:
            case "object":
                return find_object(self, asserted)
            case "array":
                return find_array(self, asserted)
            case "string":
                return find_string_value(self, asserted)
            case "number":
                return find_number(self, asserted)
        candidates: list[Any] = [None] if kind == "null" else [True, False]
        left = [value for value in candidates if canonical(value) not in asserted.excluded]
        return Found(left[0]) if left else NOTHING
