"""What of a handler's event Python code hands on, where nothing else may stand in its place."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wellmade.prove.reading.sites import Arrived


class Events:
    """Which names hold values of the event, and which of these may hold something else too."""

    def __init__(self) -> None:
        self._handed: dict[str, dict[ast.Call, Any]] = defaultdict(dict)
        self._doubts: dict[str, set[ast.AST]] = defaultdict(set)

    def hand_over(
        self, call: ast.Call, function: ast.AST, names: Sequence[str], of: Callable[[ast.AST], Any]
    ) -> list[str]:
        """Take over what a call gives to the parameters of a function; returns those that changed.

        A parameter that is left out, or given something unknown, is one of which nothing is sure.
        """
        given: dict[str, ast.AST] = dict(zip(names, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg}
        changed = []
        for name in names:
            value = of(given[name]) if name in given else None
            known = self._handed[f"{id(function)}:{name}"]
            if isinstance(value, Arrived) and known.get(call) != value:
                changed.append(name)
            known[call] = value
        return changed

    def handed(self, key: str) -> list[Any]:
        """Return what a parameter holds of the event, if every call gives it the same."""
        [*values] = self._handed[key].values() if key in self._handed else ()
        same = bool(values) and isinstance(values[0], Arrived) and all(each == values[0] for each in values)
        return values[:1] if same else []

    def doubt(self, scope: str, target: ast.AST, value: ast.AST, found: Any) -> None:
        """Note what is assigned to names, or to what they hold: whatever is not known is a doubt."""
        for name in _names(target):
            doubts = self._doubts[f"{scope}{name}"]
            if found is None or not isinstance(target, ast.Name):
                doubts.add(value)
            else:
                doubts.discard(value)

    def is_sure(self, key: str, value: Any) -> bool:
        """Tell whether a name holds this value and nothing else, as far as it is one of the event."""
        return not isinstance(value, Arrived) or not self._doubts.get(key)


def _names(target: ast.AST) -> Iterator[str]:
    """Yield the names that an assignment changes: `a` of `a = …`, of `a, b = …` and of `a["key"] = …`."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _names(each)
    elif isinstance(target, ast.Subscript | ast.Starred):
        yield from _names(target.value)
