"""What names in Python modules hold, as far as it is written there: text, variables, clients, resources."""

import ast
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Self

from wellmade.prove.code.syntax import Piece, branches, parameters_of, syntax_of
from wellmade.prove.reading.python_answers import answered, loops_over
from wellmade.prove.reading.python_environment import Environment
from wellmade.prove.reading.python_events import Events
from wellmade.prove.reading.python_expressions import handed_over, last, named, spreads, variable
from wellmade.prove.reading.python_holders import constructors_of, defaults_of, held, key_of
from wellmade.prove.reading.python_known import Known
from wellmade.prove.reading.python_makers import MAKERS, Maker, maker_at, makers_in
from wellmade.prove.reading.python_sessions import Sessions
from wellmade.prove.reading.sites import Arrived, Variable


class Values:
    """The values of names and attributes in some modules, each by its last word: `self.a` is `store.a`."""

    def __init__(self) -> None:
        self._known = Known()
        self._scope = ""
        self._functions: dict[str, dict[ast.AST, None]] = {}
        self._sessions = Sessions()
        self._changed: list[str] = self._known.changed
        self._learned: dict[ast.AST, int] = {}
        """How many of these each piece of code has seen."""
        self._events = Events()
        self._environment = Environment()

    def receive(self, function: ast.AST) -> None:
        """Let the first parameter of a function hold the event."""
        for name in parameters_of(function)[:1]:
            self._known.keep(f"{id(function)}:{name}", Arrived(), function)

    def forget(self, trees: AbstractSet[ast.AST]) -> None:
        """Let modules be read again: more of their functions count than before."""
        self._learned = {node: seen for node, seen in self._learned.items() if node not in trees}

    def learn(self, tree: ast.Module, reached: AbstractSet[ast.AST] | None = None) -> bool:
        """Take over what a module, and its functions that are reached, tell; True if something was new."""
        syntax = syntax_of(tree)
        before = len(self._changed)
        if not self._tells_more(syntax.whole):
            return False
        functions = [each for each in syntax.functions if reached is None or each.node in reached]
        for function in functions:
            self._define(getattr(function.node, "name", ""), function.node)
        for each in syntax.classes:
            for made in constructors_of(each):
                self._define(each.name, made)
        on_import = list(filter(self._tells_more, syntax.on_import))
        for piece in on_import:
            self._take_over(piece.telling)
        for function in filter(self._tells_more, functions):
            with self.inside(function.node):
                self._take_over_defaults(function.node)
                self._take_over(function.telling)
                self._returns(function)
                self._hand_over(function)
        for piece in on_import:
            self._hand_over(piece)
        return len(self._changed) > before

    def _tells_more(self, piece: Piece) -> bool:
        """Tell whether a piece of code may say more than it did: whether it names what became known since."""
        seen, now = self._learned.get(piece.node), len(self._changed)
        if seen == now or (seen is not None and piece.names.isdisjoint(self._changed[seen:])):
            return False
        self._learned[piece.node] = now
        return True

    def _define(self, name: str, function: ast.AST) -> None:
        known = self._functions.setdefault(name, {})
        if function not in known:
            known[function] = None
            self._changed.append(name)

    def inside(self, node: ast.AST) -> Self:
        """Let the names of a function go before those of its module, within a `with`."""
        self._scope = f"{id(node)}:"
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scope = ""

    def _take_over(self, telling: Iterable[ast.AST]) -> None:
        for node in telling:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
                self._assign(node.target, node.value)
            elif isinstance(node, ast.withitem) and node.optional_vars:
                self._assign(node.optional_vars, node.context_expr)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                self._hold(node.target, node.iter)
            elif isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg and isinstance(found := self.of(keyword.value), Maker):
                        self._known.keep(keyword.arg, found, keyword.value)

    def _take_over_defaults(self, function: ast.AST) -> None:
        for name, value in defaults_of(function):
            if isinstance(found := self.of(value), Maker):
                self._known.keep(f"{self._scope}{name}", found, value)

    def _hold(self, target: ast.AST, collection: ast.AST) -> None:
        """Let the name of a loop hold each client of a collection."""
        target, collection = loops_over(target, collection)
        for place, each in enumerate(makers_in(self.of(collection)) if last(target) else ()):
            # Much else has the names of loops over resources.
            for scope in {self._scope} if each.resource else {"", self._scope}:
                self._known.keep(f"{scope}{last(target)}", each, (collection, place))

    def _hand_over(self, piece: Piece) -> None:
        """Let the parameters of functions hold the clients and values of events that they are called with."""
        for call in piece.calls:
            name, given = handed_over(call)
            functions = self._functions.get(name)
            if not functions:
                continue
            is_mapped = last(call.func) == "map"
            found_in = self._each_of if is_mapped else self.makers
            makers = [(place, found) for place, each in enumerate(given) for found in found_in(each)]
            for function in functions:
                names = parameters_of(function)
                if not is_mapped:
                    self._changed += self._environment.hand_over(function, zip(names, given, strict=False))
                    self._changed += self._events.hand_over(call, function, names, self.of)
                for place, found in makers:
                    if place < len(names):
                        self._known.keep(key_of(function, names[place]), found, given[place])

    def _each_of(self, collection: ast.AST) -> list[Maker]:
        return makers_in(self.of(collection))

    def of(self, node: ast.AST | None) -> Any:  # noqa: PLR0911 - one answer for each kind of expression
        """Return the value of an expression; None if it is not told."""
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name) | ast.Attribute(_, name):
                return self._of_name(node, name)
            case ast.Subscript(value, index) if self._environment.is_it(value, self._scope):
                return variable(self.of(index))
            case ast.Subscript(value, index):
                owner, key = self.of(value), self.of(index)
                return _arrived(owner, key) or maker_at(owner, key)
            case ast.Call():
                return self._of_call(node)
            case ast.BoolOp() | ast.IfExp():
                return next((found for each in branches(node) if (found := self.of(each)) is not None), None)
            case ast.Dict(keys, values):
                pairs = zip(keys, values, strict=True)
                return {key.value: self.of(each) for key, each in pairs if isinstance(key, ast.Constant)}
            case ast.List(elements) | ast.Tuple(elements):
                return [self.of(each) for each in elements]
        return None

    def _of_name(self, node: ast.AST, name: str) -> Any:
        if isinstance(node, ast.Attribute) and name == "client":
            inner = self.of(node.value.value) if isinstance(node.value, ast.Attribute) else None
            if isinstance(inner, Maker):
                return replace(inner, resource=None, identifiers={})
        for key in (f"{self._scope}{name}", name) if isinstance(node, ast.Name) else (name,):
            found = self._known.of(key) or self._events.handed(key)
            if found:
                return found[0] if len(found) == 1 and self._events.is_sure(key, found[0]) else None
        return None

    def _of_call(self, node: ast.Call) -> Any:
        name = last(node.func)
        first = self.of(node.args[0]) if node.args else None
        service = first or self.of(named(node, "service_name"))
        if name in MAKERS and isinstance(service, str):
            return Maker(
                service, "" if name == "resource" else None, is_foreign=self._sessions.is_foreign(node.func)
            )
        if name in ("getenv", "get") and self._environment.is_read(node.func, self._scope):
            return variable(first, self.of(node.args[1]) if len(node.args) > 1 else None)
        if name in ("str", "cast") and node.args:
            return self.of(node.args[-1])
        # Once: calls of what calls answer with stand in long chains.
        owner = self.of(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if name == "get" and (arrived := _arrived(owner, first)):
            return arrived
        made = answered(owner, node, self.of)
        found = self._known.of(f"{name}()")
        return made or (found[0] if len(found) == 1 else None)

    def makers(self, node: ast.AST) -> list[Maker]:
        """Return the clients and resources that an expression may be; several where names are the same."""
        found = self.of(node)
        if found is not None:
            return [found] if isinstance(found, Maker) else []
        names = [last(node), f"{last(node.func)}()" if isinstance(node, ast.Call) else ""]
        inside = makers_in(self.of(node.value)) if isinstance(node, ast.Subscript) else []
        return inside or [
            each for name in names if name for found in self._known.of(name) for each in makers_in(found)
        ]

    def hands_on(self, call: ast.Call) -> bool:
        """Tell whether the function that is called takes whatever it is given by name, and hands it on."""
        functions = self._functions.get(last(call.func), {})
        return bool(functions) and all(map(spreads, functions))

    def _assign(self, target: ast.AST, value: ast.expr) -> None:
        for each, its in held(target, value):
            self._assign_one(each, its)
        if isinstance(target, ast.Subscript) and isinstance(found := self.of(value), Maker):
            self._known.keep(last(target.value), [found], value)

    def _assign_one(self, target: ast.AST, value: ast.expr) -> None:
        name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
        if self._sessions.assign(name, value):
            self._changed.append(name)
        for each in branches(value):
            found = self.of(each)
            if self._scope:
                self._events.doubt(self._scope, target, each, found)
            if name and found is not None:
                if not isinstance(found, Arrived):
                    self._known.keep(name, found, each)
                if isinstance(target, ast.Name) and self._scope:
                    self._known.keep(f"{self._scope}{name}", found, each)

    def _returns(self, function: Piece) -> None:
        name = getattr(function.node, "name", "")
        for value in function.returned:
            found = self.of(value)
            if isinstance(found, Maker | Variable) or (isinstance(found, list) and makers_in(found)):
                self._known.keep(f"{name}()", found, value)
                self._known.keep(name, found, value)  # of a property


def _arrived(owner: Any, key: Any) -> Arrived | None:
    """Return the value that an event has at a key, if the owner is of the event."""
    is_told = isinstance(owner, Arrived) and isinstance(key, str)
    return Arrived((*owner.path, key)) if is_told else None
