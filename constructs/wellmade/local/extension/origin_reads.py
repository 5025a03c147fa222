"""Gap: a distribution is told 403 of a missing object; whoever may list the bucket is told 404."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import s3

_SERVICE = "cloudfront.amazonaws.com"


def apply() -> None:
    """Answer as S3 does whoever may list the bucket."""
    fetch = s3.serve_cloudfront_origin_fetch

    def fetch_or_miss(
        bucket: str, key: str, method: str, headers: Any, source_arn: str = "", **more: Any
    ) -> Any:
        answer = fetch(bucket, key, method, headers, source_arn, **more)
        if answer[0] == 403 and _is_missing(bucket, key) and _may_list(bucket, source_arn):
            return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")
        return answer

    s3.serve_cloudfront_origin_fetch = fetch_or_miss


def _is_missing(bucket: str, key: str) -> bool:
    found = s3._ensure_bucket(bucket)
    return found is not None and key not in found["objects"]


def _may_list(bucket: str, source_arn: str) -> bool:
    """Whether the bucket's policy lets the distribution list it."""
    policy = s3._bucket_policies.get_scoped(s3._bucket_owner_account(bucket), None, bucket)
    if not policy or not source_arn:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="s3:ListBucket",
        resource_arn=f"arn:aws:s3:::{bucket}",
        region=get_region(),
        service_context={"aws:sourcearn": source_arn},
    )
    return bool(iam_evaluator.evaluate_resource_policy(policy, context, service=_SERVICE).decision == "Allow")
