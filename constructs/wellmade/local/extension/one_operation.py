"""Gap: a request that names two operations is judged by the one and does the other.

IAM asks the address, then the header, then the body what is wanted; who carries it out asks in another order.
So who may do one thing does any other of its service, and who signs nothing does all that Cognito can. Here a
request is judged by what it does, and one that leaves a doubt has an operation that few policies allow.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions

Fields = Mapping[str, Any]

DOUBTFUL = "TwoOperationsAtOnce"
"""What IAM is asked for in place of the two."""
_FORM = "application/x-www-form-urlencoded"
_TARGET = "x-amz-target"
_QUERY = frozenset(
    [
        *("autoscaling", "cloudformation", "documentdb", "ec2", "elasticache", "elasticloadbalancing", "iam"),
        *("imds", "monitoring", "rds", "ses", "sns", "sqs", "sts"),
    ]
)
"""What reads its operation from a form, in the body or in the address."""
_TARGETED = {"monitoring": "GraniteServiceVersion20100801.", "sqs": "AmazonSQS."}
"""Those of them that take a header instead, and how it begins; CloudWatch takes a path, too, for CBOR."""
_PATHS = frozenset(("lambda", "s3", "ses", *iam_actions._BOTOCORE_SERVICE_MAP))
"""What looks at method and path alone; SES does so below `/v2/`."""


def apply() -> None:
    """Judge what is done."""
    extract = iam_actions.extract_iam_action

    def extract_what_is_done(
        service: str, method: str, path: str, headers: Fields, body: bytes, query: Fields
    ) -> Any:
        if service in _QUERY and not (service == "ses" and path.startswith("/v2/")):
            _, in_path, named = path.partition("/operation/") if service == "monitoring" else ("", "", "")
            if _is_doubtful(service, headers, body, query, in_path):
                return f"{iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service, service)}:{DOUBTFUL}"
            query = {**query, "Action": named} if in_path else query
        else:
            query = {name: value for name, value in query.items() if name != "Action"}
            unread = ("content-type", _TARGET) if service in _PATHS else ("content-type",)
            headers = {name: value for name, value in headers.items() if name not in unread}
        return extract(service, method, path, headers, body, query)

    iam_actions.extract_iam_action = extract_what_is_done


def _is_doubtful(service: str, headers: Fields, body: bytes, query: Fields, in_path: str) -> bool:
    """Tell whether a request says two things, or says it where IAM does not look."""
    target, kind = str(headers.get(_TARGET, "")), str(headers.get("content-type", ""))
    if target or in_path:
        is_known = not target or target.startswith(_TARGETED.get(service, " "))
        return not is_known or "Action" in query or bool(target and in_path)
    form = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    if "Action" in form and not kind.startswith(_FORM):
        return True
    return any(query.get(name, value) not in (value, value[0]) for name, value in form.items())
