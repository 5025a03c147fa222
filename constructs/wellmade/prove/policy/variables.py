"""Text of a policy that may hold variables, such as `${aws:username}` and `${aws:PrincipalTag/team, 'none'}`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping
from typing import Any

from wellmade.prove.policy.glob import wild

Context = Mapping[str, tuple[str, ...]]
"""What is known of a request: condition key, in lower case, to its values."""

_VARIABLE = re.compile(r"\$\{(?:(?P<sign>[*?$])|\s*(?P<key>[^{}',]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?)\}")


def keys_of(statement: Mapping[str, Any]) -> frozenset[str]:
    """Return the condition keys, in lower case, that a statement asks for or puts into its text."""
    conditions = [block for block in statement.get("Condition", {}).values() if isinstance(block, Mapping)]
    named = {str(key).lower() for block in conditions for key in block}
    return frozenset(
        named | {found["key"].lower() for found in _VARIABLE.finditer(str(statement)) if found["key"]}
    )


def single_keys_of(statement: Mapping[str, Any]) -> frozenset[str]:
    """Return the condition keys, in lower case, that a statement asks for without a set operator."""
    conditions = statement.get("Condition", {}).items()
    return frozenset(
        str(key).lower()
        for operator, block in conditions
        if ":" not in operator and operator.lower() != "null" and isinstance(block, Mapping)
        for key in block
    )


class Text:
    """Text that is the same for every request, or is put together for each."""

    __slots__ = ("_parts", "constant")

    constant: str | None
    """The text, if it holds no variable."""

    def __init__(self, text: str, *, variables: bool, wildcards: bool = False) -> None:
        plain = wild if wildcards else str
        parts: list[str | re.Match[str]] = []
        end = 0
        for found in _VARIABLE.finditer(text) if variables else ():
            parts += [plain(text[end : found.start()]), found["sign"] or found]
            end = found.end()
        parts.append(plain(text[end:]))
        self._parts = [
            part if isinstance(part, str) else (part["key"].lower(), part["default"]) for part in parts
        ]
        fixed = [part for part in self._parts if isinstance(part, str)]
        self.constant = "".join(fixed) if len(fixed) == len(self._parts) else None

    def resolve(self, context: Context) -> str | None:
        """Return the text for a request; None, which equals nothing, if a variable has no value.

        A key with several values is no variable. What a variable holds is never a wildcard.
        """
        if self.constant is not None:
            return self.constant
        words = []
        for part in self._parts:
            word = part if isinstance(part, str) else _value(part, context)
            if word is None:
                return None
            words.append(word)
        return "".join(words)


def _value(variable: tuple[str, str | None], context: Context) -> str | None:
    key, default = variable
    values = context.get(key, ())
    return values[0] if len(values) == 1 else default
