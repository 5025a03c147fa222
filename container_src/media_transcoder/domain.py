"""Which formats there are, and how what belongs to a video is called."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_KEY = 1024
"""Bytes of a key.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""
_PICTURE = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-movflags", "+faststart")


@dataclass(frozen=True, slots=True)
class Video:
    """One version of an object, as the workflow was told of it."""

    bucket: str
    key: str
    version: str


@dataclass(frozen=True, slots=True)
class Format:
    """What a video is made into.

    Args:
        suffix: What the result's key ends with.
        content_type: Of the result.
        arguments: Of ffmpeg, between the video and the result.
    """

    suffix: str
    content_type: str
    arguments: Sequence[str]


def _film(height: int) -> Format:
    """Return a film that is no higher than it was; its sound, if there is any, comes along."""
    scaled = ("-vf", f"scale=-2:'trunc(min({height},ih)/2)*2'")
    streams = ("-map", "0:v:0", "-map", "0:a:0?")
    return Format(".mp4", "video/mp4", (*streams, *scaled, *_PICTURE, "-c:a", "aac", "-b:a", "128k"))


FORMATS = {
    "1080p": _film(1080),
    "720p": _film(720),
    "480p": _film(480),
    "audio": Format(".m4a", "audio/mp4", ("-map", "0:a:0", "-vn", "-c:a", "aac", "-b:a", "128k")),
    "poster": Format(".jpg", "image/jpeg", ("-map", "0:v:0", "-frames:v", "1", "-update", "1", "-q:v", "3")),
}


def result_key(video: Video, name: str) -> str:
    """Return the key of a format of a video; each version has its own, and a long one is cut."""
    end = f"/{_safe(video.version)}/{name}{FORMATS[name].suffix}"
    if len(f"{video.key}{end}".encode()) <= LONGEST_KEY:
        return f"{video.key}{end}"
    end = f"~{hashlib.sha256(video.key.encode()).hexdigest()[:16]}{end}"
    return video.key.encode()[: LONGEST_KEY - len(end.encode())].decode(errors="ignore") + end


def _safe(version: str) -> str:
    """Return a version as part of a key: it is opaque, and may be long."""
    return hashlib.sha256(version.encode()).hexdigest()[:16]
