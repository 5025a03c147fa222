"""The deployed stack from outside: put files in, see what comes out."""

import hashlib
import json
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

from demo.samples import Sample
from wellmade.local.deploy import deploy
from wellmade.local.server import LocalCloud

ROOT = Path(__file__).parents[1]
STACK = "file-pipeline"


def deploy_pipeline(
    cloud: LocalCloud, report: Callable[[str], None], stack: str = STACK
) -> tuple["Pipeline", list[str]]:
    """Deploy a stack of arriving files with the CDK command line, from the folder of `cdk.json`.

    Returns:
        The pipeline, and a line for each thing that is recorded and not simulated.
    """
    app = shlex.join([sys.executable, str(ROOT / "app.py"), stack])
    done = deploy(cloud, app=app, stacks=[stack], context={"environment": "local"}, report=report)
    return Pipeline(cloud, done.outputs[stack]), done.not_simulated


@dataclass(frozen=True)
class Pipeline:
    """Buckets, table and queues of a stack of arriving files, by its outputs."""

    cloud: LocalCloud
    outputs: Mapping[str, str]
    uploaded: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What S3 answered to the last upload of a key: ETag and VersionId."""

    def upload(self, sample: Sample) -> None:
        """Put the file into the inbox."""
        sse: dict[str, Any] = {}
        if sample.customer_key:
            sse = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": sample.customer_key}
        inbox = self.outputs["InboxBucketName"]
        s3 = self.cloud.client("s3")
        self.uploaded[sample.key] = s3.put_object(Bucket=inbox, Key=sample.key, Body=sample.body, **sse)

    def repeat(self, sample: Sample) -> None:
        """Upload the same bytes once more, and deliver that notification a second time, as queues may."""
        self.upload(sample)
        self.deliver_again(sample)

    def deliver_again(self, sample: Sample) -> None:
        """Deliver the notification of the last upload a second time."""
        answer = self.uploaded[sample.key]
        entity = {
            "key": quote_plus(sample.key, safe="/"),
            "size": len(sample.body),
            "eTag": self.etag(sample),
            "versionId": answer["VersionId"],
        }
        record = {
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": self.outputs["InboxBucketName"]}, "object": entity},
        }
        body = json.dumps({"Records": [record]})
        self.cloud.client("sqs").send_message(QueueUrl=self.outputs["QueueUrl"], MessageBody=body)

    def etag(self, sample: Sample) -> str:
        """Return the entity tag of what was uploaded."""
        return str(self.uploaded[sample.key]["ETag"]).strip('"')

    def identity(self, sample: Sample) -> str:
        """Return what the rows of this file are known by in the table."""
        named = f"{self.outputs['InboxBucketName']}\0{sample.key}\0{self.etag(sample)}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    def keys(self, bucket: str) -> set[str]:
        """Return what lies in the bucket of that output."""
        pages = self.cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.outputs[bucket])
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def read(self, bucket: str, key: str) -> bytes | None:
        """Return an object's bytes, or None when there is none."""
        try:
            answer = self.cloud.client("s3").get_object(Bucket=self.outputs[bucket], Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        content: bytes = answer["Body"].read()
        return content

    def read_json(self, bucket: str, key: str) -> dict[str, Any]:
        """Return a document; an empty one when there is none."""
        content = self.read(bucket, key)
        document: dict[str, Any] = json.loads(content) if content else {}
        return document

    def times_worked_on(self) -> dict[str, int]:
        """Return how often the function did the work of each key, as its log tells.

        Not how many versions its result has: a write that the SDK tries again, since its answer was late,
        leaves two of one piece of work.
        """
        return self._counted("file worked on")

    def rows(self) -> dict[str, dict[int, dict[str, str]]]:
        """Return every row of the table: by file, then by line."""
        files: dict[str, dict[int, dict[str, str]]] = defaultdict(dict)
        pages = (
            self.cloud.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.outputs["TableName"], ConsistentRead=True)
        )
        for item in (item for page in pages for item in page["Items"]):
            file, line = item.pop("pk")["S"].partition("#")[0], int(item.pop("sk")["N"])
            files[file][line] = {name: str(next(iter(value.values()))) for name, value in item.items()}
        return dict(files)

    def deliveries(self) -> dict[str, int]:
        """Return how many notifications of each key the function has finished, as its log tells."""
        return self._counted("file done")

    def _counted(self, text: str) -> dict[str, int]:
        """Return how many lines of the log say this, by key."""
        return Counter(line["source"]["key"] for line in self._logged(text))

    def failures(self) -> int:
        """Return how many deliveries failed, as the log tells."""
        return len(self._logged("message failed"))

    def _logged(self, text: str) -> list[dict[str, Any]]:
        function = self.cloud.client("lambda").get_function_configuration(
            FunctionName=self.outputs["FunctionName"]
        )
        logs = self.cloud.client("logs").get_paginator("filter_log_events")
        pages = logs.paginate(logGroupName=function["LoggingConfig"]["LogGroup"], filterPattern=f'"{text}"')
        return [json.loads(event["message"]) for page in pages for event in page["events"]]

    def depth(self, queue: str) -> int:
        """Return how many messages the queue of that output holds, visible or in flight."""
        values = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs[queue], AttributeNames=["All"]
        )["Attributes"]
        return int(values["ApproximateNumberOfMessages"]) + int(
            values["ApproximateNumberOfMessagesNotVisible"]
        )
