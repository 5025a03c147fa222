"""A network, a certificate and a program for the tests of services."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2

from wellmade.compute import Ingress, WebService
from wellmade.testing import synthesize

CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"


def network(stack: cdk.Stack, **options: Any) -> ec2.Vpc:
    """A network with a way out, in as many zones as asked."""
    return ec2.Vpc(stack, "Vpc", restrict_default_security_group=False, **options)


def public(stack: cdk.Stack) -> Ingress:
    """An entry with a certificate."""
    return Ingress(certificate=acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE))


def define_service(stack: cdk.Stack, **options: Any) -> WebService:
    """A service with defaults, as far as nothing else is said."""
    vpc = options.pop("vpc") if "vpc" in options else network(stack)
    return WebService(
        stack, "Service", vpc=vpc, **{"image": "order_api", "ingress": public(stack), **options}
    )


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """A service and its worker."""

    def define(stack: cdk.Stack) -> None:
        define_service(stack).add_worker("Invoices", image="invoice_worker")

    return synthesize(define)


@pytest.fixture
def own_program(tmp_path: Path) -> Path:
    """A program outside the library, as a user's own would be."""
    directory = tmp_path / "my_program"
    directory.mkdir()
    (directory / "Dockerfile").write_text("FROM scratch\n")
    return directory


Refused = Callable[[], str]
