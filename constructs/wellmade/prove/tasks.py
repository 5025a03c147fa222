"""What a task of a state machine calls beside its service: another role, and the objects of a model.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html
"""

from collections.abc import Iterator, Mapping

from wellmade.graph import Value, as_mapping
from wellmade.graph.resolve.state_machines import operation_of
from wellmade.prove.calls import Call
from wellmade.prove.deployed.naming import Naming

_OBJECTS = (("Input", "GetObject"), ("Output", "PutObject"))
"""Where a model reads what it is asked, and where it writes what it answers."""


def is_worked_out(value: Value) -> bool:
    """Tell whether a value is an expression in JSONata."""
    return isinstance(value, str) and value.startswith("{%")


def given_to(task: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return what a task hands on: parameters in JSONPath, arguments in JSONata."""
    return as_mapping(task.get("Parameters", task.get("Arguments")))


def told(naming: Naming, given: Mapping[str, Value], name: str, state: str) -> str:
    """Return the text of a parameter, a token where only an execution tells it; empty if it is not given."""
    if f"{name}.$" in given or is_worked_out(given.get(name)):
        return naming.unknowns.token(f"{name} in state {state}")
    return (naming.texts(given[name]) or [""])[0] if name in given else ""


def has_other_role(task: Mapping[str, Value]) -> bool:
    """Tell whether a task calls with the rights of a role that it names, and not with the machine's."""
    return "Credentials" in task


def role_of(naming: Naming, name: str, task: Mapping[str, Value]) -> Call:
    """Return how a state takes the role with whose rights it calls."""
    role = _text(naming, f"RoleArn in state {name}", as_mapping(task["Credentials"]), "RoleArn")
    return Call("sts", "AssumeRole", {"RoleArn": role}, naming.region)


def calls_beside(naming: Naming, name: str, task: Mapping[str, Value], resource: str) -> Iterator[Call]:
    """Yield the objects that Step Functions reads and writes for a model."""
    if operation_of(resource) != ("bedrock", "invokeModel"):
        return
    given = given_to(task)
    for part, operation in _OBJECTS:
        if part not in given and f"{part}.$" not in given:
            continue
        address = _text(naming, f"{part} in state {name}", as_mapping(given.get(part)), "S3Uri")
        bucket, _, key = address.removeprefix("s3://").partition("/")
        unknown = naming.unknowns.token(f"Key of {part} in state {name}")
        yield Call("s3", operation, {"Bucket": bucket, "Key": key or unknown}, naming.region)


def _text(naming: Naming, what: str, given: Mapping[str, Value], key: str) -> str:
    """Return a text; a token where only an execution tells it."""
    texts = naming.texts(given[key]) if key in given and not is_worked_out(given[key]) else []
    return texts[0] if len(texts) == 1 else naming.unknowns.token(what)
