import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Annotations, Match

from wellmade.check.run import check
from wellmade.compute import Ingress, WebService
from wellmade.foundation import OnDemandTable, PrivateBucket
from wellmade.graph import load
from wellmade.network import Network, PrivateEndpoints
from wellmade.network.break_even import Comparison
from wellmade.testing import synthesize

CALLS = {
    "ecr.api": "ecr:GetAuthorizationToken",
    "ecr.dkr": "ecr:BatchCheckLayerAvailability",
    "kms": "kms:Decrypt",
    "logs": "logs:CreateLogStream",
    "secretsmanager": "secretsmanager:GetSecretValue",
    "sns": "sns:Publish",
    "sqs": "sqs:ChangeMessageVisibility",
    "ssm": "ssm:GetParameter",
    "xray": "xray:PutTraceSegments",
}
"""Each endpoint with the call that would hang first without it."""
GATEWAYS = {"s3": "ecr:BatchCheckLayerAvailability", "dynamodb": "dynamodb:PutItem"}


def define(stack: cdk.Stack, **options: Any) -> PrivateEndpoints:
    """A service and a worker that use one of everything."""
    options = {"nat": "none", **options}
    network = Network(stack, "Network", nat=options.pop("nat"))
    service = WebService(stack, "Service", vpc=network.vpc, image="order_api", ingress=Ingress(public=False))
    service.add_worker("Invoices", image="invoice_worker")
    secret = secretsmanager.Secret(stack, "Secret")
    service.add_secret("SIGNING_KEY", ecs.Secret.from_secrets_manager(secret))
    table = OnDemandTable(stack, "Table", partition_key="pk")
    service.allow(["dynamodb:PutItem"], [table.table_arn])
    service.allow(["s3:GetObject"], [PrivateBucket(stack, "Bucket").arn_for_objects("in/*")])
    arn = "arn:aws:{}:eu-west-1:111111111111:{}"
    service.allow(["sns:Publish"], [arn.format("sns", "orders")])
    service.allow(["ssm:GetParameter"], [arn.format("ssm", "parameter/limits")])
    service.allow(["kms:Decrypt"], [arn.format("kms", "key/1234")])
    service.allow(["xray:PutTraceSegments"], ["*"], reason="X-Ray has no resources to name")
    return PrivateEndpoints(stack, "Endpoints", vpc=network.vpc, workloads=[service], **options)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    def build(stack: cdk.Stack) -> None:
        define(stack)

    return synthesize(build)


def endpoints(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::EC2::VPCEndpoint"]
    return [endpoint for endpoint in found if endpoint["VpcEndpointType"] == kind]


def test_promises_exactly_the_endpoints_that_the_workload_needs(stack: cdk.Stack) -> None:
    assert set(define(stack).endpoints) == set(CALLS)


def test_promises_all_zones_private_names_and_this_account_only(template: dict[str, Any]) -> None:
    found = endpoints(template, "Interface")
    assert len(found) == len(CALLS)
    for endpoint in found:
        assert len(endpoint["SubnetIds"]) == 2
        assert endpoint["PrivateDnsEnabled"] is True
        [statement] = endpoint["PolicyDocument"]["Statement"]
        assert statement["Condition"]["StringEquals"] == {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}


def test_lets_in_the_workloads_alone_on_443(template: dict[str, Any]) -> None:
    [group] = {str(endpoint["SecurityGroupIds"]) for endpoint in endpoints(template, "Interface")}
    rules = [
        r["Properties"]
        for r in template["Resources"].values()
        if r["Type"] == "AWS::EC2::SecurityGroupIngress" and str(r["Properties"]["GroupId"]) in group
    ]
    assert {(rule["FromPort"], rule["ToPort"]) for rule in rules} == {(443, 443)}
    assert all("TaskGroup" in str(rule["SourceSecurityGroupId"]) for rule in rules)
    assert len(rules) == 2


@pytest.mark.parametrize(("service", "call"), CALLS.items())
def test_each_endpoint_taken_away_is_refused_by_the_call_that_would_hang(
    stack: cdk.Stack, refused: Callable[[], str], service: str, call: str
) -> None:
    made = define(stack)
    assert made.node.try_remove_child(made.endpoints[service].node.id)
    expected = f"vpc must be a network with an endpoint for {service}, got one with neither it nor a NAT gateway: {call} would hang; add the endpoint, or give the network a NAT gateway"
    assert expected in refused()


@pytest.mark.parametrize(("service", "call"), GATEWAYS.items())
def test_each_gateway_endpoint_taken_away_is_refused_too(
    stack: cdk.Stack, refused: Callable[[], str], service: str, call: str
) -> None:
    define(stack)
    [vpc] = [c for c in stack.node.find_all() if isinstance(c, ec2.Vpc)]
    assert vpc.node.try_remove_child(f"{service.title()}Endpoint")
    assert (
        f"an endpoint for {service}, got one with neither it nor a NAT gateway: {call} would hang"
        in refused()
    )


def test_refuses_a_call_that_is_allowed_later(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define(stack)
    [service] = [c for c in stack.node.children if isinstance(c, WebService)]
    service.allow(["events:PutEvents"], ["arn:aws:events:eu-west-1:111111111111:event-bus/orders"])
    assert (
        "an endpoint for events, got one with neither it nor a NAT gateway: events:PutEvents would hang"
        in refused()
    )


def test_the_rules_see_the_same_in_the_template(tmp_path: Path) -> None:
    """Each endpoint that `wellmade check` knows is missed where it is taken out of the template."""
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    define(cdk.Stack(app, "Test"))
    app.synth()
    file = tmp_path / "Test.template.json"
    whole = file.read_text()
    assert check(load([tmp_path])) == []
    missed = {}
    for service in [*CALLS, *GATEWAYS]:
        file.write_text(without(whole, service))
        missed[service] = {f.rule for f in check(load([tmp_path]))} & {"endpoint-set", "isolated-call"}
    assert {service for service, rules in missed.items() if not rules} == set()


def without(template: str, service: str) -> str:
    parsed = json.loads(template)
    resources = {
        name: resource
        for name, resource in parsed["Resources"].items()
        if not str(resource.get("Properties", {}).get("ServiceName", "")).endswith(f".{service}']]}}")
    }
    return json.dumps({**parsed, "Resources": resources})


def test_nat_is_the_way_where_little_passes(stack: cdk.Stack) -> None:
    made = define(stack, nat="single", gigabytes=10)
    assert made.endpoints == {}
    [info] = Annotations.from_stack(stack).find_info("/Test/Endpoints", Match.any_value())
    assert re.match(
        r"NAT gateway for 9 services in 2 zones \(break-even at 3,754 GB a month\)", str(info.entry.data)
    )


def test_endpoints_are_the_way_where_much_passes_or_where_asked(stack: cdk.Stack) -> None:
    assert define(stack, nat="single", gigabytes=10, connectivity="endpoints").endpoints


def test_break_even_is_where_both_cost_the_same() -> None:
    at = Comparison(9, 2, Comparison(9, 2, 0).break_even)
    assert at.by_endpoints == pytest.approx(at.by_nat)
    assert Comparison(9, 2, at.gigabytes + 1).endpoints_are_cheaper
    assert not Comparison(9, 2, at.gigabytes - 1).endpoints_are_cheaper


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "private_endpoints")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"connectivity": "vpn"},
            "Test/Endpoints: connectivity must be cheapest, endpoints or nat, got 'vpn'; let it be compared: cheapest",
        ),
        (
            {"connectivity": "nat"},
            "Test/Endpoints: connectivity must be endpoints in a network without NAT gateways, got 'nat'; give the network a NAT gateway, or leave the way out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, **options)
