"""Bring files into a bucket, or lines into a queue, of the deployed stacks."""

import re
import sys
import uuid
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from wellmade.errors import WellmadeError
from wellmade.local.deployed import Resource, find
from wellmade.local.server import LocalCloud

_TARGET = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)|sqs:(?P<queue>.+)")


def sending(
    cloud: LocalCloud, resources: Sequence[Resource], target: str, files: Sequence[Path]
) -> Iterator[int]:
    """Check target and files at once; the iterator then sends and yields how much it has sent.

    Raises:
        WellmadeError: If the target is not one, nothing like it is deployed, or a file is missing.
    """
    wanted = _TARGET.fullmatch(target)
    if wanted is None:
        raise WellmadeError(f"TARGET must be s3://BUCKET/PREFIX/ or sqs:QUEUE, got {target}")
    for file in files:
        if not file.is_file():
            raise WellmadeError(f"FILE must be a readable file, got {file}")
    if wanted["queue"]:
        queue = find(resources, "AWS::SQS::Queue", wanted["queue"])
        return _send_lines(cloud, queue.physical_id, files)
    if not files:
        raise WellmadeError(f"{target} needs at least one FILE to upload")
    bucket = find(resources, "AWS::S3::Bucket", wanted["bucket"])
    return _upload(cloud, bucket.physical_id, wanted["prefix"], files)


def _upload(cloud: LocalCloud, bucket: str, prefix: str, files: Sequence[Path]) -> Iterator[int]:
    folder = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
    for number, file in enumerate(files, start=1):
        cloud.client("s3").upload_file(str(file), bucket, folder + file.name)
        yield number


def _send_lines(cloud: LocalCloud, url: str, files: Sequence[Path]) -> Iterator[int]:
    lines, sent = _lines(files), 0
    while batch := list(islice(lines, 10)):
        entries = [_entry(number, line, fifo=url.endswith(".fifo")) for number, line in enumerate(batch)]
        answer = cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
        for failed in answer.get("Failed", []):
            place = sent + int(failed["Id"]) + 1
            raise WellmadeError(f"message {place} was refused: {failed['Code']}: {failed.get('Message', '')}")
        sent += len(batch)
        yield sent


def _lines(files: Sequence[Path]) -> Iterator[str]:
    """Yield each line that is not blank."""
    for file in files:
        try:
            with file.open(encoding="utf-8") as lines:
                yield from (line.strip() for line in lines if line.strip())
        except UnicodeDecodeError as error:
            raise WellmadeError(f"{file}: each line must be text in UTF-8: {error.reason}") from error
    if not files:
        yield from (line.strip() for line in sys.stdin if line.strip())


def _entry(number: int, line: str, *, fifo: bool) -> dict[str, str]:
    entry = {"Id": str(number), "MessageBody": line}
    if fifo:
        entry |= {"MessageGroupId": "drive", "MessageDeduplicationId": str(uuid.uuid4())}
    return entry
