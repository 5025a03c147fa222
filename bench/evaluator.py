"""How many requests IAM's decisions are made for in a second, in one thread.

Policies as a handler's role has them (twelve statements, conditions, a denial) and requests of which about
half are allowed. Once the requests are at hand, and once each is built anew; then the same with a boundary
and with a policy of the resource. The fastest of the rounds counts, by the processor's time: other programs
only ever add to it.

    python -m bench.evaluator [--rounds 5]
"""

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

from wellmade.prove.policy import Authorizer, Policy, Request, Value

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"


def arn(service: str, name: str) -> str:
    """Return the ARN of something in the account."""
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{name}"


def allow(actions: Sequence[str], *resources: str, **more: Any) -> dict[str, Any]:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


OWN = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
SECURE = {"Bool": {"aws:SecureTransport": "false"}}
ROLE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn("logs", "log-group:/worker:*")),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn("sqs", "files")),
        allow(["s3:GetObject", "s3:GetObjectVersion"], "arn:aws:s3:::inbox/incoming/*"),
        allow(["s3:ListBucket"], "arn:aws:s3:::inbox", Condition={"StringLike": {"s3:prefix": "incoming/*"}}),
        allow(["s3:PutObject"], "arn:aws:s3:::results/incoming/*", "arn:aws:s3:::quarantine/incoming/*"),
        allow(["dynamodb:BatchWriteItem", "dynamodb:Query"], arn("dynamodb", "table/rows")),
        allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], arn("dynamodb", "table/claims"), Condition=OWN),
        allow(["events:PutEvents"], arn("events", "event-bus/default")),
        allow(["ssm:GetParameter*"], arn("ssm", "parameter/worker/*")),
        allow(["secretsmanager:GetSecretValue"], arn("secretsmanager", "secret:worker-??????")),
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": SECURE},
    ],
}
BUCKET_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": SECURE},
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:Get*", "Resource": "arn:aws:s3:::*"},
    ],
}
ASKED = [
    ("s3:GetObjectVersion", "arn:aws:s3:::inbox/incoming/2026/orders.csv"),
    ("s3:GetObjectVersion", "arn:aws:s3:::inbox/other/orders.csv"),
    ("s3:PutObject", "arn:aws:s3:::quarantine/incoming/2026/orders.csv"),
    ("s3:DeleteObject", "arn:aws:s3:::results/incoming/2026/orders.csv"),
    ("dynamodb:BatchWriteItem", arn("dynamodb", "table/rows")),
    ("dynamodb:PutItem", arn("dynamodb", "table/claims")),
    ("dynamodb:PutItem", arn("dynamodb", "table/rows")),
    ("sqs:DeleteMessage", arn("sqs", "files")),
    ("sqs:SendMessage", arn("sqs", "files")),
    ("ssm:GetParametersByPath", arn("ssm", "parameter/worker/limits")),
    ("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:worker-AbCdEf")),
    ("sns:Publish", arn("sns", "alarms")),
]
CONTEXT: dict[str, Value] = {
    "aws:SecureTransport": True,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:RequestedRegion": "us-east-1",
}


def request(action: str, resource: str) -> Request:
    """Build a request of the role."""
    return Request(action, resource, CONTEXT, ROLE)


def rate(decide: Callable[[], int], rounds: int, seconds: float = 0.4) -> float:
    """Return the decisions a second of the fastest round; `decide` returns how many it made."""
    best = 0.0
    for _ in range(rounds):
        made, started = 0, time.process_time()
        while (elapsed := time.process_time() - started) < seconds:
            made += decide()
        best = max(best, made / elapsed)
    return best


def main() -> None:
    """Print the decisions a second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="of each kind (default: 5)")
    rounds = parser.parse_args().rounds

    role = Policy.parse(ROLE_POLICY, "Handler")
    bucket = Policy.parse(BUCKET_POLICY, "BucketPolicy", "resource")
    plain, bounded = Authorizer([role]), Authorizer([role], boundary=role)
    requests = [request(*asked) for asked in ASKED * 20]
    allowed = sum(plain.decide(each).allowed for each in requests)

    def each_with(decide: Callable[[Request], object]) -> Callable[[], int]:
        return lambda: len([decide(one) for one in requests])

    rates = {
        "requests at hand": rate(each_with(plain.decide), rounds),
        "requests built anew": rate(lambda: len([plain.decide(request(*asked)) for asked in ASKED]), rounds),
        "with a boundary": rate(each_with(bounded.decide), rounds),
        "with the resource's policy": rate(each_with(lambda one: plain.decide(one, bucket)), rounds),
    }
    print(f"{len(ROLE_POLICY['Statement'])} statements, {allowed} of {len(requests)} requests allowed")
    for name, decisions in rates.items():
        print(f"{name:<28} {decisions:>10,.0f} decisions a second")


if __name__ == "__main__":
    main()
