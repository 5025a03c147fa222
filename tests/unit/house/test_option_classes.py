"""An option of the wrong class is refused by every public class, in a sentence that says what to write."""

import inspect
from functools import cache
from typing import Any, get_type_hints

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from constructs import Construct

from docs.catalogue import classes
from wellmade.foundation import DurableQueue, OnDemandTable, PythonFunction, RefusedError
from wellmade.ingest import FilePipeline
from wellmade.kit.annotations import wrong
from wellmade.messaging import QueueWorker
from wellmade.network import Network
from wellmade.workflow import Step, Wait, Workflow

CLASSES = {name: each for name, each in classes().items() if not issubclass(each, Exception)}
OPTIONS = [
    (name, option)
    for name, each in CLASSES.items()
    for option, hint in get_type_hints(each.__init__).items()
    if option not in {"return", "scope", "scope_", "construct_id", "options"} and hint is not Any
]


class Nothing:
    """What no option takes."""


@cache
def stack() -> cdk.Stack:
    """Return what nothing is defined in, as everything is refused; a second `It` in it would say so."""
    return cdk.Stack(cdk.App(), "S")


def define(name: str, /, **options: Any) -> object:
    public = CLASSES[name]
    scope = (stack(), "It") if issubclass(public, Construct) else ()
    return public(*scope, **options)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_refuses_what_is_of_another_class(name: str, option: str) -> None:
    path = "S/It" if issubclass(CLASSES[name], Construct) else name
    with pytest.raises(RefusedError, match=rf"^{path}: {option} must be .+, got Nothing; \w"):
        define(name, **{option: Nothing()})


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "FilePipeline",
            {"suffixes": ".csv"},
            r"suffixes must be a list, got '.csv'; put it into a list: \['",
        ),
        ("DurableQueue", {"visibility_timeout": 30}, r"a Duration, got 30; write Duration.seconds\(30\)"),
        ("DurableQueue", {"max_receive_count": "3"}, "a whole number, got '3'; write it without quotes"),
        ("DurableQueue", {"fifo": "no"}, "fifo must be True or False, got 'no'"),
        ("DurableQueue", {"removal_policy": "destroy"}, "write RemovalPolicy.DESTROY"),
        (
            "DurableQueue",
            {"alarm_thresholds": {"dead_letters": "3"}},
            r"alarm_thresholds\['dead_letters'\] must",
        ),
        ("DurableQueue", {"encryption_key": "arn:aws:kms:…"}, "import it with one of its from_… methods"),
        (
            "PythonFunction",
            {"architecture": "arm64"},
            "an Architecture, got 'arm64'; write Architecture.ARM_64",
        ),
        ("PythonFunction", {"runtime": "python3.13"}, "write Runtime.PYTHON_3_13"),
        ("PythonFunction", {"environment": {"SIZE": 5}}, r"environment\['SIZE'\] must be text, got 5"),
        ("LambdaApi", {"throttle": 10}, r"throttle must be a Throttle, got 10; write Throttle\(…\)"),
        ("Workflow", {"steps": [Step("A", Wait(cdk.Duration.minutes(1))), 1]}, r"steps\[1\] must be a Step"),
        ("JwtAuthorizer", {"audience": "web"}, "JwtAuthorizer: audience must be a list, got 'web'"),
        (
            "Step",
            {"name": "Do", "task": Wait(cdk.Duration.minutes(1)), "non_retryable_errors": "NoStock"},
            "Step: non_retryable_errors must be a list, got 'NoStock'; put it into a list",
        ),
        ("Invoke", {"function": 7}, "Invoke: function must be an IFunction or a FunctionBase, got 7; pass"),
    ],
)
def test_says_what_to_write(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        define(name, **options)


def test_says_which_part_of_a_pattern_is_meant() -> None:
    stack = cdk.Stack(cdk.App(), "S")
    with pytest.raises(RefusedError, match=r"got Network; pass its \.vpc"):
        PythonFunction(stack, "F", code="order_worker", vpc=Network(stack, "N"))  # type: ignore[arg-type]
    worker = QueueWorker(stack, "W", function="order_worker")
    with pytest.raises(RefusedError, match=r"got QueueWorker; pass its \.queue"):
        QueueWorker(stack, "Other", function="order_worker", queue=worker)  # type: ignore[arg-type]


def test_keeps_the_signature_that_editors_and_pages_show() -> None:
    assert "batch_size" in inspect.signature(FilePipeline.__init__).parameters


def test_leaves_names_that_no_option_has_to_python() -> None:
    with pytest.raises(TypeError, match="visiblity_timeout"):
        DurableQueue(cdk.Stack(cdk.App(), "S"), "Q", visiblity_timeout=3)  # type: ignore[call-arg]


def test_takes_numbers_that_are_known_at_deployment_only() -> None:
    stack = cdk.Stack(cdk.App(), "S")
    size = cdk.CfnParameter(stack, "Size", type="Number").value_as_number
    OnDemandTable(stack, "Table", partition_key=cdk.CfnParameter(stack, "Key").value_as_string)
    PythonFunction(stack, "F", code="order_worker", memory_size=size)  # type: ignore[arg-type]


def test_whoever_implements_an_interface_fits() -> None:
    stack = cdk.Stack(cdk.App(), "S")
    imported = iam.Role.from_role_arn(stack, "R", "arn:aws:iam::111122223333:role/r")
    assert wrong(iam.IRole, imported) is None
    assert wrong(iam.IPrincipal, Workflow) is not None
