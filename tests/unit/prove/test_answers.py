"""What boto3's resources answer with calls too: each object of a bucket, a queue by its name, a message."""

from pathlib import Path

import pytest

from tests.unit.prove.cases import said
from tests.unit.prove.support import Document, allow
from tests.unit.prove.test_unread import prove

S3 = "import boto3\nfiles = boto3.resource('s3').Bucket('inbox')\n"
SQS = "import boto3\nsqs = boto3.resource('sqs')\n"
H = "def handler(event, context):\n"
DROP = "def drop(each): each.delete()\n"
LISTS = allow("s3:ListBucket", "arn:aws:s3:::inbox")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"
ASKS = allow("sqs:GetQueueUrl", QUEUE)
RECEIVES = allow("sqs:ReceiveMessage", QUEUE)
CALLS: dict[str, tuple[str, Document]] = {
    "each object": (S3 + H + "    for each in files.objects.filter(Prefix='a'): each.delete()\n", LISTS),
    "each object, counted": (S3 + H + "    for i, each in enumerate(files.objects.all()): each.delete()\n", LISTS),
    "each object of each page": (S3 + H + "    for page in files.objects.pages():\n        for each in page: each.delete()\n", LISTS),
    "objects in a list": (S3 + H + "    return [each.get()['Body'].read() for each in sorted(files.objects.all())]\n", LISTS),
    "the first object": (S3 + H + "    next(iter(files.objects.all())).delete()\n", LISTS),
    "one of the objects": (S3 + H + "    every = list(files.objects.all())\n    every[-1].delete()\n", LISTS),
    "an object that is handed over": (S3 + DROP + H + "    for each in files.objects.all(): drop(each)\n", LISTS),
    "objects that are handed over": (S3 + DROP + H + "    list(map(drop, files.objects.all()))\n", LISTS),
    "objects that a function returns": (S3 + "def every(): return list(files.objects.all())\n" + H + "    for each in every(): each.delete()\n", LISTS),
    "a queue by its name": (SQS + H + "    sqs.get_queue_by_name(QueueName='jobs').send_message(MessageBody='a')\n", ASKS),
    "a queue that is kept": (SQS + "jobs = sqs.get_queue_by_name(QueueName='jobs')\n" + H + "    jobs.send_message(MessageBody='a')\n", ASKS),
    "each message": (SQS + H + "    for each in sqs.Queue('https://sqs.us-east-1.amazonaws.com/123456789012/jobs').receive_messages(): each.delete()\n", RECEIVES),
    "each instance": ("import boto3\nec2 = boto3.resource('ec2')\n" + H + "    for each in ec2.instances.all(): each.stop()\n", allow("ec2:DescribeInstances", "*")),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_what_is_called_of_it_is_a_call(tmp_path: Path, name: str) -> None:
    source, granted = CALLS[name]
    assert prove(tmp_path, source, granted=granted).verdict in ("not judged", "not proven")


@pytest.mark.parametrize(
    ("source", "granted"),
    [
        (S3 + H + "    return sum(each.size for each in files.objects.all())\n", LISTS),
        (S3 + "def other(each): each.delete()\n" + H + "    other([each.key for each in files.objects.all()])\n", LISTS),
        (SQS + H + "    sqs.get_queue_by_name(QueueName='jobs').send_message(MessageBody='a')\n", allow(["sqs:GetQueueUrl", "sqs:SendMessage"], QUEUE)),
    ],
    ids=["what the list tells", "another thing of that name", "a queue whose name is told"],
)  # fmt: skip
def test_what_calls_no_more_is_likely(tmp_path: Path, source: str, granted: Document) -> None:
    assert said(prove(tmp_path, source, granted=granted)) == ("likely", set(), set())


DEEP: dict[str, str] = {
    "a long chain": "t" + ".replace('a', 'b')" * 40,
    "a key of a key": "t" + "['a']" * 40,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_stands_in_long_chains_is_read_once(tmp_path: Path, name: str) -> None:
    source = (
        f"import boto3\n{H}    t = {DEEP[name]}\n    boto3.client('s3').list_objects_v2(Bucket='inbox')\n"
    )
    assert said(prove(tmp_path, source, granted=LISTS)) == ("likely", set(), set())


def test_what_is_nested_too_deep_is_a_row(tmp_path: Path) -> None:
    source = f"import boto3\nx = {'-' * 20_000}1\n{H}    boto3.client('s3').list_buckets()\n"
    assert prove(tmp_path, source, granted=LISTS).verdict == "not judged"
