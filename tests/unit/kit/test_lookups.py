"""What is known without asking the CDK is what the CDK would say."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation import DurableQueue, EncryptedTopic
from wellmade.kit.lookups import is_unresolved, path_of, refers_within, resolved, root_of, stack_of


def places() -> dict[str, Construct]:
    """Return scopes of all kinds: a stack, a nested one, a stage's, one without an app, and below them."""
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    return {
        "stack": stack,
        "below": Construct(Construct(stack, "Below/It"), "Default"),
        "nested": cdk.NestedStack(stack, "Nested"),
        "stage": cdk.Stack(cdk.Stage(app, "Stage"), "Stack"),
        "alone": cdk.Stack(),
    }


@pytest.mark.parametrize("construct_id", ["Orders", "Or/ders", "Default", "Resource"])
@pytest.mark.parametrize("place", list(places()))
def test_place_of_what_is_defined(place: str, construct_id: str) -> None:
    scope = places()[place]
    for defined in (EncryptedTopic(scope, construct_id), DurableQueue(scope, f"{construct_id}2")):
        assert path_of(defined) == defined.node.path
        assert stack_of(defined) is cdk.Stack.of(defined)
        # One object for all, also where the CDK hands out a new one each time it is asked.
        assert root_of(defined) is root_of(scope)
        assert type(root_of(defined)) is type(defined.node.root)


PLAIN = ["plain", "", "${Token[", "${Token[not one!]}", "${AWS::Region}", 0, -1, 1.5, -1e200, True]


@pytest.mark.parametrize("value", [*PLAIN, ["plain"], {"key": "plain"}])
def test_plain_values_are_resolved_as_the_cdk_says(value: object) -> None:
    assert is_unresolved(value) == cdk.Token.is_unresolved(value)


def test_tokens_are_unresolved_as_the_cdk_says() -> None:
    # Not as parameters: their texts have numbers that differ between processes.
    tokens = [
        cdk.Aws.REGION,
        f"a-{cdk.Aws.REGION}-b",
        cdk.Token.as_number({"Ref": "Size"}),
        cdk.Token.as_list({"Ref": "Names"}),
        cdk.Fn.get_att("Queue", "Arn"),
        cdk.Fn.ref("Name"),
    ]
    assert [is_unresolved(each) for each in tokens] == [cdk.Token.is_unresolved(each) for each in tokens]
    assert all(is_unresolved(each) for each in tokens)


def test_resolved_as_the_cdk_says() -> None:
    stack = cdk.Stack()
    queue = sqs.Queue(stack, "Queue")
    for value in ("plain", "${Token[", f"{queue.queue_arn}/*", cdk.Aws.ACCOUNT_ID):
        assert resolved(stack, value) == stack.resolve(value)


def test_refers_within() -> None:
    app = cdk.App()
    here, there = cdk.Stack(app, "Here"), cdk.Stack(app, "There")
    own, foreign = sqs.Queue(here, "Queue").queue_arn, sqs.Queue(there, "Queue").queue_arn
    assert refers_within(here, f"{own}/*")
    assert refers_within(here, "arn:aws:s3:::bucket/*")
    assert refers_within(here, f"arn:aws:s3:::{cdk.Aws.ACCOUNT_ID}")
    assert not refers_within(here, foreign)
    assert not refers_within(here, f"{own}{foreign}")
