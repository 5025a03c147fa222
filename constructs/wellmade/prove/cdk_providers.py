"""Functions and state machines that the CDK brings along, whose roles are its own business."""

import re

from wellmade.graph import Resource

_PROVIDER = re.compile(
    "^LogRetentionaae0aa3c|^AWS679f53fac|^BucketNotificationsHandler050a0587|^CustomCDKBucketDeployment8693BB64"
    "|^Custom\\w*CustomResourceProviderHandler|^CustomVpcRestrictDefaultSG"
    "|framework(onEvent|isComplete|onTimeout)[0-9A-F]{8}$|waiterstatemachine[0-9A-F]{8}$"
)
"""Logical ids of what the CDK defines, one for each app, and of the parts of its framework of providers."""


def provided_by_the_cdk(resource: Resource) -> str:
    """Say that something is what the CDK brings along; empty if it is not."""
    return "a provider of the CDK itself" if _PROVIDER.search(resource.logical_id) else ""
