"""The cheapest storage class for old objects that still gives them back in time."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal

HOUR = 3600
_BACK_AFTER = {"GLACIER_IR": 0.0, "GLACIER": 12.0 * HOUR, "DEEP_ARCHIVE": 48.0 * HOUR}
"""The longest that the cheapest retrieval of each storage class takes, dearest storage class first.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
"""
_CLASSES = {
    "GLACIER_IR": s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
    "GLACIER": s3.StorageClass.GLACIER,
    "DEEP_ARCHIVE": s3.StorageClass.DEEP_ARCHIVE,
}


def tier_for(scope: Construct, retrieval: Duration, wanted: s3.StorageClass | None) -> s3.StorageClass:
    """Return the storage class for old objects.

    Args:
        scope: Whose objects they are.
        retrieval: How long somebody will wait for an old object.
        wanted: The class that was asked for. Default: the cheapest that is fast enough.

    Raises:
        RefusedError: If the wanted class gives objects back later than promised.
    """
    promised = seconds(retrieval)
    fitting = [name for name, back_after in _BACK_AFTER.items() if back_after <= promised]
    if wanted is None:
        return _CLASSES[fitting[-1]]
    name = wanted.value
    if _BACK_AFTER.get(name, 0) > promised:
        allowed = f"one that gives objects back within {promised / HOUR:.12g} h ({', '.join(fitting)})"
        fix = f"promise {_BACK_AFTER[name] / HOUR:.12g} h in retrieval, or leave storage_class out"
        raise refusal(scope, "storage_class", allowed, name, fix)
    return wanted
