"""The `Resource` element, compiled."""

from collections.abc import Iterable

from wellmade.prove.policy.arns import as_resource, segments
from wellmade.prove.policy.errors import PolicyError
from wellmade.prove.policy.glob import Match
from wellmade.prove.policy.request import Request
from wellmade.prove.policy.variables import Context, Text


class Resources:
    """ARNs, patterns of ARNs, and patterns that hold variables.

    Raises:
        PolicyError: If one is neither `*` nor an ARN.
    """

    __slots__ = ("_exact", "_patterns", "_templates")

    def __init__(self, texts: Iterable[str], where: str, *, variables: bool) -> None:
        self._exact: set[str] = set()
        self._patterns: list[Match] = []
        self._templates: list[Text] = []
        for text in texts:
            if text != "*" and not text.startswith("arn:"):
                raise PolicyError(f"{where} must be * or an ARN, got {text!r}")
            self._add(text, variables=variables)

    def fit(self, request: Request) -> bool:
        """Tell whether one of them is the resource of a request."""
        resource = request.resource
        if resource in self._exact:
            return True
        for match in self._patterns:
            if match(resource):
                return True
        return bool(self._templates) and self._fit_as_told(resource, request.values)

    def _fit_as_told(self, resource: str, context: Context) -> bool:
        patterns = (template.resolve(context) for template in self._templates)
        return any(pattern is not None and as_resource(pattern)(resource) for pattern in patterns)

    def _add(self, text: str, *, variables: bool) -> None:
        """Sort a text by how it is matched; with a variable before the fifth colon it fits nothing."""
        *leading, _ = segments(text)
        if variables and any("${" in part for part in leading):
            return
        pattern = Text(text, variables=variables, wildcards=True)
        if pattern.constant is None:
            self._templates.append(pattern)
        elif pattern.constant == text:
            self._exact.add(text)
        else:
            self._patterns.append(as_resource(pattern.constant))
