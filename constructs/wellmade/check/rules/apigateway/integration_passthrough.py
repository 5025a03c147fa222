"""APIs send a service only what their mapping templates have written."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import always
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.service_integrations import service_integrations
from wellmade.graph import Graph, Value, as_mapping, is_known

PATH = "Properties.Integration.PassthroughBehavior"
_WHOLE = re.compile(r"""\s*\$input\.(?:body|json\((["'])\$\1\))\s*$""")
_OPEN = (None, "WHEN_NO_MATCH")


def _check(graph: Graph) -> Iterator[Violation]:
    for method, integration in service_integrations(graph):
        templates = integration.get("RequestTemplates")
        behavior = integration.get("PassthroughBehavior")
        has_body = method.get("HttpMethod") in ("ANY", "DELETE", "PATCH", "POST", "PUT")
        is_written = is_known(templates) and as_mapping(templates) and not _hands_body_on(templates)
        if has_body and is_written and always(behavior, lambda branch: branch in _OPEN):
            yield Violation(method, PATH, "a body of another content type is sent as the caller wrote it")


def _hands_body_on(templates: Value) -> bool:
    """Tell whether a template takes the whole body: a body that passes says no more than it may anyway."""
    return any(isinstance(each, str) and _WHOLE.match(each) for each in as_mapping(templates).values())


RULE = Rule(
    id="integration-passthrough",
    title="APIs send a service only what their mapping templates have written",
    severity=Severity.ERROR,
    explanation=(
        "Without a template for the content type of a request its body goes to the service as it is, with "
        "the rights of the integration's role. A caller who says text/plain writes the call itself: another "
        "action, another message attribute, another key."
    ),
    fix="set PassthroughBehavior to NEVER, which answers 415 to other content types",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html",
    check=_check,
)
