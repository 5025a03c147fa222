"""What a page says that code is handed and must answer is what its template makes of it."""

import json
from http import HTTPStatus

from docs.handler_sections import contracts
from docs.pages import HERE
from wellmade_runtime.balancer_responses import balancer_response

SNAPSHOT = HERE.parent / "tests" / "snapshots" / "load_balanced_function.json"


def test_headers_of_a_load_balancer_have_several_values_as_its_target_group_says() -> None:
    template = json.loads(SNAPSHOT.read_text())
    assert '"lambda.multi_value_headers.enabled", "Value": "true"' in json.dumps(template)
    said = contracts(template).partition(" takes ")[2]
    assert said.startswith("a request of a load balancer (`path`, `httpMethod`, `multiValueHeaders`,")
    told = {name for name in balancer_response(HTTPStatus.OK, {}) if f'"{name}":' in said}
    assert told == {"statusCode", "multiValueHeaders", "body"}
    assert said in (HERE / "patterns" / "LoadBalancedFunction.md").read_text()
