"""The control policies of a landing zone, asked as AWS asks them: every level of units, and the resource's account."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk

from wellmade.governance import LandingZone
from wellmade.prove.policy import Authorizer, Policy, Request

MANAGEMENT, MEMBER, PARTNER = "111111111111", "222222222222", "777777777777"
ORGANIZATION = "o-a1b2c3d4e5"
WORKER = f"arn:aws:iam::{MEMBER}:role/worker"
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_ON_UNIT = {"sandbox": "Sandbox", "quarantine": "Suspended"}


def documents() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return type and content of each control policy, as synthesized for a management account."""
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    env = cdk.Environment(account=MANAGEMENT, region="eu-west-1")
    stack = cdk.Stack(app, "Zone", env=env)
    LandingZone(
        stack,
        "Zone",
        organization_id=ORGANIZATION,
        root_id="r-ab12",
        allowed_regions=["eu-west-1", "us-east-1"],
        trusted_accounts=[PARTNER],
    )
    resources = app.synth().get_stack_by_name("Zone").template["Resources"].values()
    found = [r["Properties"] for r in resources if r["Type"] == "AWS::Organizations::Policy"]
    return {
        each["Name"]: (each["Type"], _for_aws(each["Content"]))
        for each in found
        if each["Type"].endswith("CONTROL_POLICY")
    }


def _for_aws(value: Any) -> Any:
    """Write the partition, which a template leaves open, into a document."""
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(_for_aws(part) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case dict():
            return {key: _for_aws(each) for key, each in value.items()}
        case list():
            return [_for_aws(each) for each in value]
        case _:
            return value


class Organization:
    """Decides calls of administrators in an account of a unit."""

    def __init__(self) -> None:
        self._allows = Policy.parse(EVERYTHING, "FullAWSAccess")
        everybody = {**EVERYTHING["Statement"][0], "Principal": "*"}
        self._open = Policy.parse({"Statement": [everybody]}, "The resource's own policy", "resource")
        self._services: dict[str, list[Policy]] = {"": [self._allows]}
        self._resources: list[Policy] = []
        for name, (kind, content) in documents().items():
            if kind == "RESOURCE_CONTROL_POLICY":
                self._resources.append(Policy.parse(content, name, "resource"))
            else:
                policy = Policy.parse(content, name)
                self._services.setdefault(_ON_UNIT.get(name, ""), [self._allows]).append(policy)

    def denial(
        self,
        action: str,
        resource: str = "*",
        *,
        unit: str = "Workloads",
        principal: str = WORKER,
        region: str = "eu-west-1",
        context: Mapping[str, str | None] | None = None,
        outsider: bool = False,
    ) -> str:
        """Return why the control policies deny a call; empty where they do not.

        Their own policies and those of the resources allow everything, so that nothing else can deny. Only
        those who ask from the organization's accounts are bound by its service control policies.
        """
        levels = [] if outsider else [self._services[""], self._services.get(unit, [self._allows])]
        authorizer = Authorizer([self._allows], service_control=levels, resource_control=self._resources)
        keys = {
            "aws:PrincipalArn": principal,
            "aws:PrincipalAccount": MEMBER,
            "aws:PrincipalOrgID": ORGANIZATION,
            "aws:PrincipalIsAWSService": "false",
            "aws:SecureTransport": "true",
            "aws:RequestedRegion": region,
            **(context or {}),
        }
        known = {key: value for key, value in keys.items() if value is not None}
        request = Request(action, resource, context=known, principal=principal)
        decision = authorizer.decide(request, None if resource == "*" else self._open)
        return "" if decision.allowed else decision.reason
