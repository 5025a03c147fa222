"""How a template writes an ARN: by reference where it can, else without account and region."""

from typing import Any

from wellmade.check.delivery.deployed import Deployed
from wellmade.graph import Resource
from wellmade.prove.deployed.naming import STREAM
from wellmade.prove.deployed.shapes import shape_of

_QUALIFIED = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_WITHOUT_ARN = ("AWS::SSM::Parameter", "AWS::Glue::Database", "AWS::Glue::Job", "AWS::Glue::Table")
"""`Fn::GetAtt` knows no `Arn` of these; `Ref` is their name."""


def written_arn(deployed: Deployed, meant: Resource, arn: str) -> Any:
    """Return what to write for an ARN.

    Args:
        deployed: How the resources are called.
        meant: What it most likely means; where it is neither this nor any other resource, it is written out.
        arn: As the policies are judged.
    """
    arn = arn.replace(STREAM, "/stream/*")
    exact = deployed.by_arn.get(arn)
    if exact and exact.type in _WITHOUT_ARN:
        name = deployed.name(exact)
        start = arn.removesuffix(name if name.startswith("/") else f"/{name}")
        return _anywhere(deployed, f"{start}{'' if name.startswith('/') else '/'}${{{exact.logical_id}}}")
    if exact:
        return reference(exact)
    suffix = arn.removeprefix(deployed.open_arn(meant))
    if suffix != arn:
        return {"Fn::Join": ["", [reference(meant), suffix]]} if suffix else reference(meant)
    return _anywhere(deployed, arn)


def _anywhere(deployed: Deployed, arn: str) -> Any:
    place = f":{deployed.region}:{deployed.account}:"
    if place not in arn:
        return arn
    service, _, name = arn.removeprefix("arn:aws:").partition(place)
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{name}"}


def reference(resource: Resource) -> Any:
    """Return the reference that gives the ARN of a resource."""
    if resource.type in _QUALIFIED or shape_of(resource).ref == "arn":
        return {"Ref": resource.logical_id}
    return {"Fn::GetAtt": [resource.logical_id, "Arn"]}
