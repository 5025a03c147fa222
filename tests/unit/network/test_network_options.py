"""Networks with a key of the user's, several of them in a stack, apart from others."""

import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from tests.templates import ids_of, of_type, the
from wellmade.network import Network


def test_flow_logs_are_encrypted_with_a_key_of_the_user(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    Network(stack, "Network", encryption_key=kms.Key(stack, "Key"))
    template = synth()
    [key] = ids_of(template, "AWS::KMS::Key")
    assert key in str(the(template, "AWS::Logs::LogGroup")["KmsKeyId"])


def test_two_networks_of_a_stack_have_no_name_in_common(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    Network(stack, "One")
    Network(stack, "Two", cidr="10.1.0.0/16", disjoint_from=["10.0.0.0/16"])
    associations = of_type(synth(), "AWS::SSM::Association")
    assert [each.get("AssociationName") for each in associations] == [None, None]


def test_refuses_neighbours_that_are_no_networks(stack: cdk.Stack) -> None:
    message = "Test/Network: disjoint_from must be IPv4 networks such as 10.0.0.0/16, got office; write out each network"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Network(stack, "Network", disjoint_from=["office"])
