"""Requests to REST APIs as integrations that are no proxy see them: through templates, there and back."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.services import apigateway_v1

from .contents import UnconvertibleError, converted, handed_on, is_binary
from .header_case import written
from .mapping_templates import OVERRIDES, Parameters, context_of, render

Answer = tuple[int, dict[str, str], bytes]
_BODY, _HEADER = "integration.response.body.", "integration.response.header."


@dataclass(frozen=True)
class MappedRequest:
    """A request and what a template may ask of it."""

    headers: Mapping[str, str]
    body: bytes
    parameters: Parameters
    context: dict[str, Any]
    binary_types: Sequence[str] = ()
    """Of the API."""

    @classmethod
    def of(cls, given: tuple[Any, ...], options: Mapping[str, Any]) -> "MappedRequest":
        """Read what MiniStack gives to an integration."""
        *_, headers, body, query, path = given
        asked = {name: each[0] if isinstance(each, list) else each for name, each in (query or {}).items()}
        parameters = Parameters(path or {}, asked, written(headers or {}))
        kinds = options.get("binary_media_types") or ()
        return cls(headers or {}, body or b"", parameters, context_of(given, options), kinds)

    def sent(self, integration: Mapping[str, Any]) -> bytes:
        """Return what goes to the integration: the template for the type of the body, filled in.

        Raises:
            UnconvertibleError: If a template meets bytes, or bytes are wanted of a text that is no base64.
        """
        templates = {
            name.split(";")[0].lower(): value
            for name, value in (integration.get("requestTemplates") or {}).items()
        }
        template = templates.get(self._named("content-type").lower())
        binary = is_binary(self._named("content-type"), self.binary_types)
        wanted = handed_on(integration.get("contentHandling"), otherwise=binary)
        body = converted(self.body, binary=binary, wanted=wanted)
        if template is None:
            return body
        if wanted:
            raise UnconvertibleError("a template takes text")
        return render(template, body.decode(), self.parameters, self.context).encode()

    def mapped(self, integration: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Return what the request parameters of an integration set: headers, query and path of the call."""
        found: dict[str, dict[str, str]] = {"header": {}, "querystring": {}, "path": {}}
        for target, source in (integration.get("requestParameters") or {}).items():
            _, _, place, name = target.split(".", 3)
            is_text = source.startswith("'")
            value = source.strip("'") if is_text else self.parameters.get(source.split(".", 3)[-1], "")
            found[place][name] = str(value)
        return found

    def answered(
        self,
        integration: dict[str, Any],
        outcome: object,
        payload: bytes,
        said: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer for an outcome, which the patterns of the responses are held against.

        Templates may set status and headers, and headers may be taken from the body and the headers (`said`)
        of what answered the integration.

        Raises:
            UnconvertibleError: If bytes are wanted of a text that is no base64.
        """
        given = {name.lower(): value for name, value in (said or {}).items()}
        accept = self._named("accept").split(",")[0]
        chosen = apigateway_v1._select_service_integration_response(integration, outcome) or {}
        binary = is_binary(given.get("content-type", "application/json"), self.binary_types)
        accepted = is_binary(accept, self.binary_types)
        wanted = handed_on(chosen.get("contentHandling"), otherwise=accepted)
        text = converted(payload, binary=binary, wanted=False).decode()
        status, headers, body = apigateway_v1._service_integration_response(
            integration, outcome, text, accept, self.parameters, self.context
        )
        if chosen and wanted:
            as_it_came = binary and not chosen.get("responseTemplates")
            body = payload if as_it_came else converted(body, binary=False, wanted=True)
        taken = {name: _taken(value, text, given) for name, value in headers.items()}
        return self.overridden(
            status, {name: value for name, value in taken.items() if value is not None}, body
        )

    def overridden(self, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return an answer with the status and the headers that its template has set."""
        said = self.context.get(OVERRIDES, {})
        named = {what.removeprefix("header."): value for what, value in said.items() if what != "status"}
        return int(said.get("status") or status), {**headers, **named}, body

    def _named(self, header: str) -> str:
        value = apigateway_v1._header_ci(self.headers, header) or "application/json"
        return str(value).split(";")[0].strip()


def _taken(source: str, text: str, headers: Mapping[str, str]) -> str | None:
    """Return what a response parameter names; None for a header that the integration did not answer."""
    if source.startswith(_BODY):
        return str(apigateway_v1._vtl_json_path(text, f"$.{source.removeprefix(_BODY)}"))
    if source.startswith(_HEADER):
        return headers.get(source.removeprefix(_HEADER).lower())
    return source
