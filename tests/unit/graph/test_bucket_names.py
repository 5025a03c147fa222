"""A bucket in the account's own namespace has a name that no property holds as a whole."""

import json
from pathlib import Path

from wellmade.graph import load


def test_a_policy_that_names_the_bucket_by_text_means_it(tmp_path: Path) -> None:
    place = [{"Ref": "AWS::AccountId"}, "-", {"Ref": "AWS::Region"}, "-an"]
    bucket = {"BucketNamespace": "account-regional", "BucketNamePrefix": "inbox"}
    delivery = {
        "DeliveryStreamType": "DirectPut",
        "S3DestinationConfiguration": {
            "BucketARN": {"Fn::Join": ["", ["arn:aws:s3:::inbox-", *place]]},
            "RoleARN": "arn:aws:iam::111122223333:role/deliver",
        },
    }
    template = {
        "Resources": {
            "Inbox": {"Type": "AWS::S3::Bucket", "Properties": bucket},
            "Delivery": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": delivery},
        }
    }
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(template))
    graph = load([file])
    [edge] = graph.edges()
    assert (edge.source.logical_id, edge.target.logical_id) == ("Delivery", "Inbox")
