"""Gap: RotateSecret makes the old value current again and calls nobody, and no template can ask for it.

Here it calls the rotation function, step by step, and a rotation schedule of a template rotates at once, as
on AWS, unless it says that it shall not. What comes later by the calendar does not come.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
    request_scope,
)
from ministack.services import lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

from . import not_done

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_ONLY_TESTED = ("testSecret",)
"""Of a rotation that shall not come at once; its pending version is removed again."""
Answer = tuple[int, Any, Any]


def apply() -> None:
    """Rotate by the function."""
    stub = secretsmanager._rotate_secret

    def rotate(data: dict[str, Any]) -> Answer:
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        function = data.get("RotationLambdaARN") or (secret or {}).get("RotationLambdaARN")
        if not secret or not function or secret.get("DeletedDate"):
            answer: Answer = stub(data)
            return answer
        return _begin(secret, str(function), data)

    secretsmanager._rotate_secret = rotate
    secretsmanager._get_secret_value = _only_with_a_value(secretsmanager._get_secret_value)
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::SecretsManager::RotationSchedule"] = {"create": _create, "delete": _forget}


def _only_with_a_value(get: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    """Say of a pending version that was not written yet that it is not found."""

    def get_written(data: dict[str, Any]) -> Answer:
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        version = (secret or {}).get("Versions", {}).get(data.get("VersionId"))
        if version and version["SecretString"] is None and version["SecretBinary"] is None:
            code, said = "ResourceNotFoundException", "Secrets Manager can't find the specified secret value."
            answer: Answer = error_response_json(code, said, 400)
            return answer
        return get(data)

    return get_written


def _begin(secret: dict[str, Any], function: str, data: dict[str, Any]) -> Answer:
    """Note the pending version, and let the function do the rest."""
    token = data.get("ClientRequestToken") or new_uuid()
    rules = data.get("RotationRules") or secret.get("RotationRules")
    steps = STEPS if _is_immediate(data) else _ONLY_TESTED
    secret |= {"RotationLambdaARN": function, "RotationRules": rules, "RotationEnabled": True}
    secret["Versions"].setdefault(
        token, {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": []}
    )["Stages"] = ["AWSPENDING"]
    scope = get_account_id(), get_region()
    threading.Thread(target=_rotate, args=(scope, secret, function, token, steps), daemon=True).start()
    answer: Answer = json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token})
    return answer


def _is_immediate(data: dict[str, Any]) -> bool:
    """Whether a call asks for a rotation now, which is the default; a template may say so in a text."""
    return str(data.get("RotateImmediately", True)).lower() != "false"


def _rotate(
    scope: tuple[str, str], secret: dict[str, Any], function: str, token: str, steps: Sequence[str]
) -> None:
    """Rotate, or only test that the function could."""
    with request_scope(*scope):
        if _is_done(secret, function, token, steps) and steps is STEPS:
            secret["LastRotatedDate"] = int(time.time())
        if steps is _ONLY_TESTED:
            secret["Versions"].pop(token, None)


def _is_done(secret: dict[str, Any], function: str, token: str, steps: Sequence[str]) -> bool:
    """Call the function for each step; one that fails ends the rotation, as on AWS."""
    for step in steps:
        error = _invoke(function, {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": token})
        if error:
            not_done.dropped(f"rotation of {secret['Name']}: {step}: {error}")
            return False
    return True


def _invoke(function: str, event: dict[str, Any]) -> str:
    found, config, _ = lambda_svc._get_func_record_for_ref(function)
    if not found or not config:
        return f"{function} is not there"
    record = lambda_svc._execution_record_for_config(found, config)
    result = lambda_svc._execute_function_with_config_scope(record, event)
    return json.dumps(result.get("body") or result.get("error")) if result.get("error") else ""


def _create(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
    del logical_id, stack
    rules = properties.get("RotationRules")
    data = {"RotationLambdaARN": properties.get("RotationLambdaARN"), "RotationRules": rules}
    data["RotateImmediately"] = properties.get("RotateImmediatelyOnUpdate", True)
    status, _, body = secretsmanager._rotate_secret({"SecretId": properties["SecretId"], **data})
    if status >= 400:
        raise ValueError(f"AWS::SecretsManager::RotationSchedule: {body!r}")
    return properties["SecretId"], {"Id": properties["SecretId"]}


def _forget(identity: str, properties: dict[str, Any]) -> None:
    del properties
    _, secret = secretsmanager._resolve(identity)
    if secret:
        secret["RotationEnabled"] = False
