"""APIs do not answer a failed call of a service as if it had been done."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.service_integrations import service_integrations
from wellmade.facts.apigateway import hides_failures
from wellmade.graph import Graph, as_list, as_mapping, is_known

PATH = "Properties.Integration.IntegrationResponses"


def _check(graph: Graph) -> Iterator[Violation]:
    for method, integration in service_integrations(graph):
        given = integration.get("IntegrationResponses")
        responses: list[Mapping[str, Any]] = [as_mapping(each) for each in as_list(given)]
        if not is_known(given) or not all(is_known(value) for each in responses for value in each.values()):
            continue
        status = hides_failures(responses)
        if status:
            yield Violation(method, PATH, f"the default answer is given to failures, such as status {status}")


RULE = Rule(
    id="integration-failures",
    title="APIs do not answer a failed call of a service as if it had been done",
    severity=Severity.ERROR,
    explanation=(
        "The response without a SelectionPattern is given to whatever no pattern takes. When a queue refuses "
        "a message or is throttled, the caller is told 200 or 202, and what was asked for is lost."
    ),
    fix="add responses with SelectionPattern 4\\d{2} and 5\\d{2} that answer 400 and 503",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html",
    check=_check,
)
