"""Where photographs come from and where thumbnails and what is known of each photograph go."""

import zlib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thumbnailer.domain import Photo, refuse_size
from wellmade_runtime.batch_write import write_batch
from wellmade_runtime.file_store import FileStore, key_beside
from wellmade_runtime.s3_events import S3Object

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


@dataclass(frozen=True, slots=True)
class Upload:
    """A photograph as it was uploaded."""

    content: bytes
    at: int
    """When it was uploaded, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(FileStore):
    """Buckets and table of the pipeline.

    A thumbnail is called `<key>.<etag>.webp`: each photograph that was ever uploaded under a key has its
    own, so that deliveries out of order put no old one in the place of a new one.

    Args:
        table: Receives an item for each photograph, under its key and the moment of its upload.
    """

    dynamodb: "DynamoDBClient"
    table: str

    def fetch(self, source: S3Object) -> Upload:
        """Return the photograph; one that is too large is not even read.

        Raises:
            UnloadableError: If it is empty or too large, or was deleted or overwritten.
        """
        found = self.open(source)
        with closing(found["Body"]) as body:
            refuse_size(found["ContentLength"])
            return Upload(body.read(), int(found["LastModified"].timestamp()))

    def keep(self, source: S3Object, upload: Upload, photo: Photo) -> str:
        """Write the thumbnail, then the item that tells of it; doing both again changes nothing."""
        key = key_beside(source.key, f".{source.etag}.webp")
        self.s3.put_object(Bucket=self.results, Key=key, Body=photo.thumbnail, ContentType="image/webp")
        item = _item(source, upload, photo, key)
        write_batch(self.dynamodb, self.table, [{"PutRequest": {"Item": item}}])
        return key


def _item(
    source: S3Object, upload: Upload, photo: Photo, thumbnail: str
) -> "dict[str, AttributeValueTypeDef]":
    texts = {"etag": source.etag, "thumbnail": thumbnail, "format": photo.format}
    if photo.notes.taken_at:
        texts["taken_at"] = photo.notes.taken_at
    numbers = {"width": photo.width, "height": photo.height, "orientation": photo.notes.orientation}
    numbers |= {"thumbnail_width": photo.thumbnail_width, "thumbnail_height": photo.thumbnail_height}
    return {
        "pk": {"S": source.key},
        "sk": {"N": _moment(source, upload)},
        **{name: {"S": text} for name, text in texts.items()},
        **{name: {"N": str(number)} for name, number in numbers.items()},
    }


def _moment(source: S3Object, upload: Upload) -> str:
    """Return the second of the upload, as S3 tells it, and a fraction that tells two of one second apart."""
    return f"{upload.at}.{zlib.crc32(source.etag.encode()):010d}"
