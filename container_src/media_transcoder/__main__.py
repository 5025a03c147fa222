"""Make one format of one video, which the environment names, and end.

Exit code 0 says that the format is marked as done, or as one that no run can make; any other, that another
run may succeed. A run that finds the mark ends at once, so that a restart repeats only what is not done. On
SIGTERM, as Fargate sends it when it takes Spot capacity back, ffmpeg ends, nothing is kept, and
the code is 143.
"""

import errno
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from media_transcoder.domain import FORMATS, Video, result_key
from media_transcoder.encoder import NO_ROOM, EncodingError, UnusableError, encode, probe
from media_transcoder.store import DONE, REJECTED, GoneError, Media

AGAIN, WRONG_ENVIRONMENT, INTERRUPTED = 1, 2, 128 + signal.SIGTERM


def log(message: str, **fields: object) -> None:
    """Write one JSON object a line."""
    sys.stdout.write(json.dumps({"message": message, **fields}) + "\n")


def media_of(environment: Mapping[str, str]) -> Media:
    """Return the stores that the environment names.

    Raises:
        KeyError: If a variable is missing; it names the variable.
    """
    config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
    return Media(
        boto3.client("s3", config=config),
        boto3.client("dynamodb", config=config),
        results=environment["RESULTS_BUCKET"],
        table=environment["TABLE_NAME"],
    )


def video_of(environment: Mapping[str, str]) -> tuple[Video, str]:
    """Return the video that the workflow was started for, and the format to make of it.

    Raises:
        KeyError: If a variable is missing, or there is no such format; it names the variable.
    """
    video = Video(environment["FILE_BUCKET"], environment["FILE_KEY"], environment["FILE_VERSION"])
    name = environment["MEDIA_FORMAT"]
    if name not in FORMATS:
        raise KeyError(f"MEDIA_FORMAT among {', '.join(FORMATS)}")
    return video, name


def make(media: Media, video: Video, name: str) -> int:
    """Make a format of a video, unless it is marked, and return the exit code."""
    told = {"key": video.key, "format": name}
    try:
        if media.is_marked(video, name):
            log("done before", **told)
            return 0
        with tempfile.TemporaryDirectory() as folder, _full_disk_is_final():
            made, size = _made(media, video, name, Path(folder))
    except (GoneError, UnusableError) as error:
        media.mark(video, name, REJECTED, reason=str(error))
        # Not what ffmpeg says, which may repeat what is in the video: the mark has it.
        log("rejected", **told, reason=type(error).__name__)
        return 0
    except (Boto3Error, BotoCoreError, ClientError, EncodingError, OSError) as error:
        # The workflow starts another run.
        log("not made", **told, reason=type(error).__name__)
        return AGAIN
    log("made" if made else "made meanwhile", **told, bytes=size)
    return 0


def _made(media: Media, video: Video, name: str, folder: Path) -> tuple[bool, int]:
    """Make a format in a folder, keep it and mark it; return whether this was the first, and its bytes."""
    file, wanted = media.fetch(video, folder), FORMATS[name]
    probe(file, wanted)
    made = encode(file, wanted)
    media.keep(video, name, made)
    size = made.stat().st_size
    return media.mark(video, name, DONE, result=result_key(video, name), bytes=size), size


@contextmanager
def _full_disk_is_final() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UnusableError(NO_ROOM) from error
        raise


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - of every handler of signals
    raise SystemExit(INTERRUPTED)


def main() -> int:
    """Make the format; return 2 where the environment lacks something."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        media, (video, name) = media_of(os.environ), video_of(os.environ)
    except KeyError as missing:
        sys.stderr.write(f"media_transcoder: the environment lacks {missing.args[0]}\n")
        return WRONG_ENVIRONMENT
    return make(media, video, name)


if __name__ == "__main__":
    sys.exit(main())
