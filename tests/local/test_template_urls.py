"""Templates are found by every address that S3 has for them."""

import json
from collections.abc import Callable

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

BUCKET = "templates-by-address"
QUEUE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}


@pytest.mark.parametrize(
    "address",
    [
        f"https://s3.us-east-1.amazonaws.com/{BUCKET}/",
        f"https://{BUCKET}.s3.us-east-1.amazonaws.com/",
        f"https://{BUCKET}.s3.amazonaws.com/",
        f"https://{BUCKET}.s3-us-west-2.amazonaws.com/",
    ],
    ids=["path", "host", "host-without-region", "host-of-old"],
)
def test_a_stack_and_one_within_it_are_found(
    cloud: LocalCloud, eventually: Callable[..., None], address: str, request: pytest.FixtureRequest
) -> None:
    s3, formation = cloud.client("s3"), cloud.client("cloudformation")
    s3.create_bucket(Bucket=BUCKET)
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"{address}of/queue.json"}}
    s3.put_object(Bucket=BUCKET, Key="of/queue.json", Body=json.dumps(QUEUE))
    s3.put_object(Bucket=BUCKET, Key="of/both.json", Body=json.dumps({"Resources": {"Nested": nested}}))
    name = f"by-{request.node.callspec.id}"

    formation.create_stack(StackName=name, TemplateURL=f"{address}of/both.json")

    def status() -> str:
        return str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    eventually(lambda: status() == "CREATE_COMPLETE", seconds=60, otherwise=status)
