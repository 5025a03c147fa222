"""Gap: stages of REST APIs write no access log, and no metric filter reads one.

A line is written for each request, as the stage's format says, with what is known here of its variables; the
metric filters of its log group count it. So metrics and alarms on refused requests, or on those of a key,
come to life.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import apigateway_v1, cloudwatch, cloudwatch_logs
from ministack.services.cloudformation import provisioners

from .api_metrics import count_rest_request

_VARIABLE = re.compile(r"\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)")
_COMPARISON = re.compile(r'\$\.(\w+)\s*(=|!=)\s*"?([^"&\s]*)"?')
STREAM = "requests"


def apply() -> None:
    """Keep what a template says of the access log, and write it."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Stage"]
    handlers |= {name: _keeping(handlers[name]) for name in ("create", "update")}
    execute = apigateway_v1._execute_in_scope

    async def execute_and_log(request: dict[str, Any], *given: Any) -> Any:
        began = time.time()
        answer = await execute(request, *given)
        rendered = answer
        if isinstance(answer, apigateway_v1._GatewayError):
            rendered = apigateway_v1._gateway_error_response(answer, request)
        took = time.time() - began
        count_rest_request(given[0], given[1], rendered[0], took)
        setting = (request.get("stage") or {}).get("accessLogSettings") or {}
        if setting.get("destinationArn"):
            status, _, body = rendered
            told = {"status": status, "responseLength": len(body or b"")}
            told["responseLatency"] = int(took * 1000)
            _write(setting, {**_told(request, given), **told})
        return answer

    apigateway_v1._execute_in_scope = execute_and_log


def _keeping(change: Any) -> Any:
    """Return a handler of CloudFormation that also keeps the access log; the template is its last mapping."""

    def changed(*given: Any, **options: Any) -> Any:
        result = change(*given, **options)
        properties = next(each for each in reversed(given) if isinstance(each, Mapping))
        setting = properties.get("AccessLogSetting") or {}
        stage = apigateway_v1._stages_v1.get(properties.get("RestApiId"), {}).get(properties.get("StageName"))
        if stage is not None:
            stage["accessLogSettings"] = {
                "destinationArn": setting.get("DestinationArn", ""),
                "format": setting.get("Format", ""),
            }
        return result

    return changed


def _told(request: Mapping[str, Any], given: tuple[Any, ...]) -> dict[str, Any]:
    """Return what is known of a request, by the names that API Gateway gives it."""
    api, stage, method, path, headers, *_ = given
    key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(headers or {}))
    return {
        "apiId": api,
        "httpMethod": method,
        "identity.apiKeyId": key["id"] if key else "-",
        "identity.sourceIp": "127.0.0.1",
        "path": f"/{stage}{path}",
        "requestId": request["request_id"],
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "resourcePath": request["resource_path"] or "-",
        "stage": stage,
    }


def _write(setting: Mapping[str, str], told: Mapping[str, Any]) -> None:
    line = _VARIABLE.sub(lambda found: str(told.get(found[1], "-")), setting["format"])
    parts = setting["destinationArn"].split(":")
    with request_scope(parts[4], parts[3]):
        name = parts[6]
        group = cloudwatch_logs._log_groups.get(name)
        if group is None:
            return
        if STREAM not in group["streams"]:
            cloudwatch_logs._create_log_stream({"logGroupName": name, "logStreamName": STREAM})
        now = int(time.time() * 1000)
        event = {"timestamp": now, "message": line, "ingestionTime": now}
        cloudwatch_logs._append_log_events(group["streams"][STREAM], [event])
        _count(name, line)


def _count(group: str, line: str) -> None:
    """Count a line that is an object of JSON by the metric filters of its group."""
    try:
        fields = json.loads(line)
    except ValueError:
        return
    for (of_group, _), each in list(cloudwatch_logs._metric_filters.items()):
        if of_group == group and _matches(str(each.get("filterPattern", "")), fields):
            for metric in each["metricTransformations"]:
                named = metric.get("dimensions") or {}
                dimensions = {key: str(fields.get(path.removeprefix("$."))) for key, path in named.items()}
                cloudwatch.record_metric(
                    metric["metricNamespace"],
                    metric["metricName"],
                    float(metric["metricValue"]),
                    metric.get("unit", "None"),
                    dimensions,
                )


def _matches(pattern: str, fields: Mapping[str, Any]) -> bool:
    """Tell whether a line fits comparisons that are joined by `&&`; other patterns fit no line."""
    inside = pattern.strip().removeprefix("{").removesuffix("}").strip()
    comparisons = [_COMPARISON.fullmatch(part.strip()) for part in inside.split("&&")]
    return all(
        found is not None and (str(fields.get(found[1])) == found[3]) is (found[2] == "=")
        for found in comparisons
    )
