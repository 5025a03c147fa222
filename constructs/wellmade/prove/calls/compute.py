"""Calls of AWS Lambda, Step Functions and Amazon ECS, and of WebSocket APIs.

Sources: https://docs.aws.amazon.com/lambda/latest/api/ (permissions of each operation),
https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from wellmade.prove.calls import regular
from wellmade.prove.calls.call import OTHERWISE, UNTOLD, AccountContext, Call, Need, Rule
from wellmade.prove.calls.catalogue import find, model_of
from wellmade.prove.calls.functions import parsed
from wellmade.prove.calls.passing import of_task, passed_roles, passes
from wellmade.prove.policy import Value

_ADDRESSED = (
    "AddPermission", "CreateFunctionUrlConfig", "DeleteFunctionUrlConfig", "GetFunctionUrlConfig",
    "ListFunctionUrlConfigs", "RemovePermission", "UpdateFunctionUrlConfig",
)  # fmt: skip
"""Operations of which a policy may ask who may call the function's address."""
_WITH_CLUSTER = 2
"""So many parts has the path of what lies in a cluster."""
INVOCATIONS = ("Invoke", "InvokeAsync", "InvokeWithResponseStream")


def _invoke(call: Call, account: AccountContext) -> Iterator[Need]:
    yield Need("lambda:InvokeFunction", _function(call, account))


def _on_function(call: Call, account: AccountContext) -> Iterator[Need]:
    action = find("lambda", call.operation)
    if not action or "function" not in action.resources or not call.text("FunctionName"):
        yield from regular.needs(call, account)
        return
    yield Need(action.name, _function(call, account), _of_address(call))
    if passes(call):
        yield from passed_roles(call, account, "lambda")


def _of_address(call: Call) -> dict[str, Value]:
    """Return who may call a function's address; what the call does not tell, its configuration does."""
    if call.operation not in _ADDRESSED:
        return {}
    given = call.text("FunctionUrlAuthType" if call.operation == "AddPermission" else "AuthType")
    told = given or ([] if call.operation == "AddPermission" else [UNTOLD])
    return {"lambda:FunctionUrlAuthType": told} if told else {}


def _function(call: Call, account: AccountContext) -> str:
    """Return the ARN of a function, with the version or alias meant: that is another resource of IAM."""
    named = parsed(call.text("FunctionName"))
    if named is None:
        return call.text("FunctionName")
    where = replace(call, region=named.region or call.region)
    qualifier = named.qualifier or call.text("Qualifier")
    place = f"function:{named.name}:{qualifier}" if qualifier else f"function:{named.name}"
    return account.arn(where, "lambda", place, owner=named.owner)


def _start(call: Call, _: AccountContext) -> Iterator[Need]:
    yield Need(f"states:{call.operation}", call.text("stateMachineArn"))


def of_machine(need: Need) -> Need:
    """Return what a need of a version or an alias is: one of its machine, with a condition key."""
    parts = need.resource.split(":", 7)
    if len(parts) < 8 or parts[5] != "stateMachine":
        return need
    return Need(need.action, ":".join(parts[:7]), {**need.context, "states:StateMachineQualifier": parts[7]})


def _task_arn(call: Call, account: AccountContext, kind: str, name: str) -> str:
    cluster = call.text("cluster").rpartition("/")[2] or "default"
    return name if name.startswith("arn:") else account.arn(call, "ecs", f"{kind}/{cluster}/{name}")


def _in_cluster(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield what any other operation needs, with its cluster where it has one."""
    for need in regular.needs(call, account):
        yield need._replace(context={"ecs:cluster": _cluster_of(call, account, need)})


def _cluster_of(call: Call, account: AccountContext, need: Need) -> Value:
    """Return the cluster that a call names, or that stands in the ARN of what it acts on."""
    if call.text("cluster") or "cluster" in _members(call.operation):
        return _cluster(call, account)
    kind, *path = need.resource.rpartition(":")[2].split("/")
    if kind == "cluster" or len(path) < _WITH_CLUSTER:
        return need.resource if kind == "cluster" else [UNTOLD]
    return f"{need.resource.rpartition(':')[0]}:cluster/{path[0]}"


def _members(operation: str) -> Collection[str]:
    shape = model_of("ecs").input_of(operation)
    return shape.members if shape else ()


def _cluster(call: Call, account: AccountContext) -> str:
    name = call.text("cluster") or "default"
    return name if name.startswith("arn:") else account.arn(call, "ecs", f"cluster/{name}")


def _run_task(call: Call, account: AccountContext) -> Iterator[Need]:
    """A family without a revision means its latest, whichever that is."""
    task = call.text("taskDefinition")
    if not task.startswith("arn:"):
        task = account.arn(call, "ecs", f"task-definition/{task if ':' in task else f'{task}:*'}")
    yield Need(f"ecs:{call.operation}", task, {"ecs:cluster": _cluster(call, account)})
    yield from of_task(call, account, task)
    yield from passed_roles(call, account, "ecs")


def _register_task(call: Call, account: AccountContext) -> Iterator[Need]:
    family = account.arn(call, "ecs", f"task-definition/{call.text('family')}:*")
    yield Need("ecs:RegisterTaskDefinition", family)
    yield from passed_roles(call, account, "ecs")


def _on_tasks(call: Call, account: AccountContext) -> Iterator[Need]:
    """Without a name, all tasks of the cluster are meant."""
    for name in call.parameters.get("tasks") or [call.text("task") or "*"]:
        context = {"ecs:cluster": _cluster(call, account)}
        yield Need(f"ecs:{call.operation}", _task_arn(call, account, "task", name), context)


def _on_services(call: Call, account: AccountContext) -> Iterator[Need]:
    names = call.parameters.get("services") or [call.text("service", "serviceName")]
    for name in names:
        context = {"ecs:cluster": _cluster(call, account)}
        yield Need(f"ecs:{call.operation}", _task_arn(call, account, "service", name), context)


def _connection(call: Call, account: AccountContext) -> Iterator[Need]:
    """The endpoint tells the API and its stage; the method is that of the operation."""
    address = urlsplit(call.endpoint)
    # Not `hostname`, which would write the name of a resource of the template in lower case.
    api, stage = address.netloc.partition(".")[0], address.path.strip("/")
    if ".execute-api." not in (address.hostname or "") or not stage:
        raise call.unmapped(
            "the client's endpoint must be https://<api>.execute-api.<region>.amazonaws.com/<stage>"
        )
    method = call.operation.removesuffix("ToConnection").removesuffix("Connection").upper()
    path = f"{api}/{stage}/{method}/@connections/{call.text('ConnectionId')}"
    yield Need("execute-api:ManageConnections", account.arn(call, "execute-api", path))


LAMBDA: dict[str, Rule] = {**dict.fromkeys(INVOCATIONS, _invoke), OTHERWISE: _on_function}
STEP_FUNCTIONS: dict[str, Rule] = dict.fromkeys(("StartExecution", "StartSyncExecution"), _start)
ECS: dict[str, Rule] = {
    **dict.fromkeys(("RunTask", "StartTask"), _run_task),
    "RegisterTaskDefinition": _register_task,
    **dict.fromkeys(("DescribeTasks", "GetTaskProtection", "StopTask", "UpdateTaskProtection"), _on_tasks),
    **dict.fromkeys(("DeleteService", "DescribeServices", "UpdateService"), _on_services),
    OTHERWISE: _in_cluster,
}
CONNECTIONS: dict[str, Rule] = dict.fromkeys(
    ("PostToConnection", "GetConnection", "DeleteConnection"), _connection
)
