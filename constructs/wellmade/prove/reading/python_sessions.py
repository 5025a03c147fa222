"""Sessions of the SDK in Python: which of them may have other rights than the function."""

import ast

from wellmade.prove.reading.python_expressions import has_keys, last

_MODULES = ("boto3", "aioboto3", "botocore", "self", "cls")
"""What makes clients with the function's own rights."""


class Sessions:
    """Knows the names of sessions, and whether one of that name has keys of its own."""

    def __init__(self) -> None:
        self._own_keys: dict[str, bool] = {}

    def assign(self, name: str, value: ast.expr) -> bool:
        """Take over what a name is given, if that is a session; True if something new became known."""
        if not isinstance(value, ast.Call) or last(value.func) not in ("Session", "get_session"):
            return False
        before, own_keys = self._own_keys.get(name), self._own_keys.get(name, False) or has_keys(value)
        self._own_keys[name] = own_keys
        return before != own_keys

    def is_foreign(self, function: ast.AST) -> bool:
        """Tell whether what makes a client is a session that may have other rights than the function."""
        if not isinstance(function, ast.Attribute):
            return False
        owner = function.value
        if isinstance(owner, ast.Call):
            return last(owner.func) == "Session" and has_keys(owner)
        name = last(owner)
        return name not in _MODULES and self._own_keys.get(name, True)
