"""Where videos are read from, formats are kept, and marks say what is done."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from media_transcoder.domain import FORMATS, Video, result_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

MIB = 1024 * 1024
PARTS = TransferConfig(multipart_threshold=64 * MIB, multipart_chunksize=64 * MIB, max_concurrency=4)
"""Results above 64 MiB go in parts; so four of them are the memory that they take."""
GONE = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"}
"""The last two: the version is the mark of a deletion."""
DONE, REJECTED = "done", "rejected"


class GoneError(Exception):
    """The video was deleted for good before it was read."""


@dataclass(frozen=True, slots=True)
class Media:
    """The bucket of results, and the table with a mark for each format of each video."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    results: str
    table: str

    def is_marked(self, video: Video, name: str) -> bool:
        """Tell whether a format was made, or rejected for good."""
        found = self.dynamodb.get_item(
            TableName=self.table, Key=_key(video, name), ConsistentRead=True, ProjectionExpression="pk"
        )
        return "Item" in found

    def fetch(self, video: Video, into: Path) -> Path:
        """Read a video, of exactly the version that arrived, into a folder.

        Raises:
            GoneError: If there is no such version any more.
        """
        file = into / "video"
        exactly = {"VersionId": video.version}
        try:
            self.s3.download_file(video.bucket, video.key, str(file), ExtraArgs=exactly, Config=PARTS)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise GoneError("deleted before it was read") from error
            raise
        return file

    def keep(self, video: Video, name: str, made: Path) -> None:
        """Keep a format, as a whole or not at all."""
        told = {"ContentType": FORMATS[name].content_type}
        self.s3.upload_file(str(made), self.results, result_key(video, name), ExtraArgs=told, Config=PARTS)

    def mark(self, video: Video, name: str, status: str, **more: str | int) -> bool:
        """Mark a format once, and tell whether nobody had marked it before."""
        said = {key: {"N" if isinstance(value, int) else "S": str(value)} for key, value in more.items()}
        item: Any = {**_key(video, name), "status": {"S": status}, **said}
        try:
            self.dynamodb.put_item(
                TableName=self.table, Item=item, ConditionExpression="attribute_not_exists(pk)"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _key(video: Video, name: str) -> Any:
    return {"pk": {"S": video.key}, "sk": {"S": f"{video.version}/{name}"}}
