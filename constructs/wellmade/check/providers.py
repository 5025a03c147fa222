"""Functions that CDK defines for its own custom resources, whose options nobody can set."""

import re

from wellmade.graph import Resource

_PROVIDERS = re.compile(
    r"^(?:AWS[0-9a-f]{20,}|LogRetention[0-9a-f]{20,}|BucketNotificationsHandler[0-9a-f]{20,}"
    r"|Custom\w+CustomResourceProviderHandler[0-9A-F]{8}|SingletonLambda[0-9a-f]{20,}\w*"
    r"|CustomCDKBucketDeployment[0-9A-F]{20,}\w*)"
)


def is_provider(resource: Resource) -> bool:
    """Tell whether the logical id is one that CDK gives to its own providers, or to what belongs to one."""
    return bool(_PROVIDERS.match(resource.logical_id))


def sets_retention(resource: Resource) -> bool:
    """Tell whether it belongs to the function that CDK defines for `log_retention` of others."""
    return is_provider(resource) and resource.logical_id.startswith("LogRetention")
