"""What the tasks of a state machine call: Step Functions names services as the SDK for Java does.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from collections.abc import Iterator, Mapping
from functools import cache

from wellmade.graph import Value
from wellmade.graph.resolve.state_machines import operation_of
from wellmade.prove.calls import Call
from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import UnknownServiceError, service_names
from wellmade.prove.calls.signed import OPERATION as SIGNED
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.tasks import given_to, told

ACTIVITY = "AWS::StepFunctions::Activity"
_API = ("apigateway", "Invoke")
_CLIENTS = {
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticmapreduce": "emr",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntime": "lex-runtime",
    "lexruntimev2": "lexv2-runtime",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
    "states": "stepfunctions",
}
"""Services that boto3 names otherwise, but for hyphens."""
_ELSEWHERE = {("bedrock", "InvokeModel"): "bedrock-runtime"}
"""Operations that boto3 has in another client."""


def api_call_of(resource: str) -> tuple[str, str]:
    """Return what boto3 calls the service that a task names, and the API the operation."""
    service, operation = operation_of(resource)
    operation = f"{operation[:1].upper()}{operation[1:]}"
    client = _ELSEWHERE.get((service, operation)) or _CLIENTS.get(service, service)
    return _with_hyphens().get(client, client), operation


def members_of(service: str, operation: str) -> Mapping[str, str] | None:
    """Return the parameters of an operation by their names in lower case; None if boto3 has it not."""
    try:
        model = model_of(service)
    except UnknownServiceError:
        return None
    if operation not in model.operation_names:
        return None
    shape = model.input_of(operation)
    return {name.lower(): name for name in shape.members} if shape else {}


def needs_no_call(naming: Naming, task: Mapping[str, Value], resource: str) -> bool:
    """Tell whether a task surely calls nothing with the role: workers ask for activities by themselves."""
    found = naming.graph.target(task.get("Resource"))
    if (found and found.type == ACTIVITY) or ":activity:" in resource:
        return True
    given = given_to(task)
    is_told = "ApiEndpoint" in given and "AuthType.$" not in given
    return api_call_of(resource) == _API and is_told and given.get("AuthType", "NO_AUTH") == "NO_AUTH"


def request_to_api(naming: Naming, name: str, task: Mapping[str, Value], resource: str) -> Iterator[Call]:
    """Yield the request that a task signs for an API; a part that an execution tells is an unknown value.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
    """
    given = given_to(task)
    if api_call_of(resource) != _API or given.get("AuthType") != "IAM_ROLE":
        return

    wanted = ("ApiEndpoint", "Stage", "Path", "Method")
    endpoint, stage, path, method = (told(naming, given, each, name) for each in wanted)
    place = "/".join(filter(None, (each.strip("/") for each in (endpoint, stage or "$default", path))))
    yield Call("execute-api", SIGNED, {"Method": method, "Url": f"https://{place}"}, naming.region)


@cache
def _with_hyphens() -> Mapping[str, str]:
    return {name.replace("-", ""): name for name in service_names() if "-" in name}
