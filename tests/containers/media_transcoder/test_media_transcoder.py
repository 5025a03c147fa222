"""The task makes a format with ffmpeg, marks it once, and makes it anew where it was interrupted."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from media_transcoder import __main__ as program
from media_transcoder import encoder
from media_transcoder.domain import FORMATS, Video, result_key
from media_transcoder.store import PARTS, Media
from tests.clips import clip
from tests.handlers.support import PREFIX, Aws, error, items

KEY = f"{PREFIX}ada/trip.mp4"
NAMES = {"RESULTS_BUCKET": "results", "TABLE_NAME": "marks"}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of film with sound."""
    return clip(tmp_path_factory.mktemp("clips"), seconds=1)


@pytest.fixture
def media(aws: Aws) -> Media:
    """The stores of a pipeline, with versions in the inbox as it deploys them."""
    for bucket in ("inbox", "results"):
        aws.bucket(bucket)
    aws.table("marks", pk="S", sk="S")
    versioning: Any = {"Status": "Enabled"}
    boto3.client("s3").put_bucket_versioning(Bucket="inbox", VersioningConfiguration=versioning)
    return program.media_of(NAMES)


def sent(body: bytes) -> Video:
    """Put a video into the inbox."""
    version = boto3.client("s3").put_object(Bucket="inbox", Key=KEY, Body=body)["VersionId"]
    return Video("inbox", KEY, version)


def kept() -> dict[str, bytes]:
    """Return what is in the results bucket."""
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket="results").get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket="results", Key=each["Key"])["Body"].read() for each in found}


def marks() -> dict[str, str]:
    """Return what each format is marked as."""
    return {item["sk"]["S"].rpartition("/")[2]: item["status"]["S"] for item in items("marks")}


def test_each_format_is_made_by_ffmpeg_and_marked(media: Media, film: bytes, tmp_path: Path) -> None:
    video = sent(film)
    assert {program.make(media, video, name) for name in FORMATS} == {0}
    assert marks() == dict.fromkeys(FORMATS, "done")
    made = kept()
    assert set(made) == {result_key(video, name) for name in FORMATS}
    assert made[result_key(video, "poster")][:2] == b"\xff\xd8"
    (tmp_path / "again").write_bytes(made[result_key(video, "480p")])
    encoder.probe(tmp_path / "again", FORMATS["audio"])


def test_a_format_that_is_marked_is_not_made_again(
    media: Media, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = sent(film)
    assert program.make(media, video, "audio") == 0
    monkeypatch.setattr(program, "encode", lambda *_: pytest.fail("made again"))
    assert program.make(media, video, "audio") == 0


def test_of_two_tasks_at_once_one_marks_it(
    media: Media, film: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    video = sent(film)
    hook = media.mark

    def first(**_: Any) -> None:
        media.dynamodb.meta.events.unregister("before-call.dynamodb.PutItem", first)
        hook(video, "poster", "done", bytes=1)

    media.dynamodb.meta.events.register_first("before-call.dynamodb.PutItem", first)
    assert program.make(media, video, "poster") == 0
    assert json.loads(capsys.readouterr().out)["message"] == "made meanwhile"
    assert len(items("marks")) == 1


@pytest.mark.parametrize("name", ["720p", "audio"])
def test_what_is_no_video_is_marked_with_the_reason(media: Media, name: str) -> None:
    assert program.make(media, sent(b"no video at all\n" * 100), name) == 0
    [mark] = items("marks")
    assert mark["status"]["S"] == "rejected"
    assert "Invalid data" in mark["reason"]["S"]
    assert kept() == {}


@pytest.mark.parametrize("address", ["file:///proc/self/environ", "http://169.254.170.2/v2/credentials"])
def test_a_playlist_that_calls_itself_a_video_reads_nothing(media: Media, address: str) -> None:
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n"
    assert program.make(media, sent(playlist.encode()), "480p") == 0
    assert marks() == {"480p": "rejected"}


def remade(folder: Path, name: str, *options: str) -> bytes:
    """Return three seconds of film in another container."""
    (folder / "film").write_bytes(clip(folder, seconds=3, number=9))
    made = folder / name
    start = (get_ffmpeg_exe(), "-nostdin", "-loglevel", "error")
    subprocess.run([*start, "-i", str(folder / "film"), "-c", "copy", *options, str(made)], check=True)
    return made.read_bytes()


def damaged(film: bytes) -> bytes:
    half = len(film) // 2
    return film[:half] + bytes(4000) + film[half + 4000 :]


def cut_off(film: bytes) -> bytes:
    return film[: len(film) * 2 // 3]


@pytest.mark.parametrize("harm", [damaged, cut_off])
@pytest.mark.parametrize("container", [("a.mkv",), ("a.mp4", "-movflags", "+faststart")], ids=["mkv", "mp4"])
def test_a_video_that_breaks_off_is_rejected_and_does_not_become_a_shorter_one(
    media: Media, tmp_path: Path, harm: Callable[[bytes], bytes], container: tuple[str, ...]
) -> None:
    assert program.make(media, sent(harm(remade(tmp_path, *container))), "480p") == 0
    assert marks() == {"480p": "rejected"}
    assert kept() == {}


def test_a_video_that_was_recorded_without_its_length_is_whole(media: Media, tmp_path: Path) -> None:
    assert program.make(media, sent(remade(tmp_path, "a.mkv", "-live", "1")), "480p") == 0
    assert marks() == {"480p": "done"}


def test_a_video_that_is_gone_is_marked(media: Media, film: bytes) -> None:
    video = sent(film)
    boto3.client("s3").delete_object(Bucket="inbox", Key=KEY, VersionId=video.version)
    assert program.make(media, video, "audio") == 0
    assert marks() == {"audio": "rejected"}


@pytest.mark.parametrize("place", ["fetch", "encode"])
def test_a_disk_that_is_too_small_is_no_smaller_the_next_time(
    media: Media, film: bytes, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    told = (228, ["Error writing trailer: No space left on device"])
    if place == "fetch":
        monkeypatch.setattr(Media, "fetch", full)
    else:
        monkeypatch.setattr(program, "probe", lambda *_: None)
        monkeypatch.setattr(encoder, "_run", lambda *_, **__: told)
    assert program.make(media, sent(film), "audio") == 0
    [mark] = items("marks")
    assert (mark["status"]["S"], mark["reason"]["S"]) == ("rejected", encoder.NO_ROOM)


def test_it_reads_the_version_that_arrived(media: Media, film: bytes) -> None:
    first = sent(film)
    sent(b"another")
    assert program.make(media, first, "audio") == 0
    assert marks() == {"audio": "done"}


@pytest.mark.parametrize("call", ["s3.GetObject", "s3.PutObject", "dynamodb.GetItem", "dynamodb.PutItem"])
def test_a_call_that_fails_asks_for_another_run(media: Media, film: bytes, call: str) -> None:
    video, event, hook = sent(film), f"before-call.{call}", error("AccessDenied", 403)
    for client in (media.s3, media.dynamodb):
        client.meta.events.register_first(event, hook)
    assert program.make(media, video, "poster") == program.AGAIN
    for client in (media.s3, media.dynamodb):
        client.meta.events.unregister(event, hook)
    assert program.make(media, video, "poster") == 0


def test_a_part_that_is_not_taken_leaves_nothing(
    media: Media, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = sent(film)
    monkeypatch.setattr(PARTS, "multipart_threshold", 1)
    hook = error("AccessDenied", 403)
    media.s3.meta.events.register_first("before-call.s3.UploadPart", hook)
    assert program.make(media, video, "poster") == program.AGAIN
    media.s3.meta.events.unregister("before-call.s3.UploadPart", hook)
    assert "Uploads" not in boto3.client("s3").list_multipart_uploads(Bucket="results")
    assert program.make(media, video, "poster") == 0
    assert list(kept()) == [result_key(video, "poster")]


def test_ffmpeg_that_is_killed_asks_for_another_run(
    media: Media, film: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "ffmpeg"
    killed.write_text("#!/bin/sh\nkill -KILL $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(encoder, "get_ffmpeg_exe", lambda: str(killed))
    assert program.make(media, sent(film), "audio") == program.AGAIN
    assert marks() == {}


TOLD_WHILE_IT_FORKS = """
import os, subprocess
fork = subprocess._fork_exec
def fork_and_be_told(*given):
    pid = fork(*given)
    print(pid, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    return pid
subprocess._fork_exec = fork_and_be_told
"""


def encoding(folder: Path, ffmpeg: Path, before: str = "") -> "subprocess.Popen[str]":
    """Start a program that runs this ffmpeg, after some code of its own."""
    code = (
        "import pathlib, signal, sys; from media_transcoder import __main__ as p, encoder\n"
        "from media_transcoder.domain import FORMATS\n"
        "signal.signal(signal.SIGTERM, p._interrupt)\n"
        f"{before}"
        "encoder.encode(pathlib.Path(sys.argv[1]), FORMATS['audio'])\n"
    )
    told = {**os.environ, "IMAGEIO_FFMPEG_EXE": str(ffmpeg)}
    told["PYTHONPATH"] = str(Path(program.__file__).parents[1])
    command = [sys.executable, "-c", code, str(folder / "video")]
    return subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True)


def test_sigterm_ends_ffmpeg_too_and_keeps_nothing(tmp_path: Path) -> None:
    slow = tmp_path / "ffmpeg"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    slow.chmod(0o755)
    with encoding(tmp_path, slow) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == program.INTERRUPTED
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_sigterm_while_ffmpeg_is_being_started_ends_it_too(tmp_path: Path) -> None:
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    with encoding(tmp_path, slow, TOLD_WHILE_IT_FORKS) as process:
        said, _ = process.communicate(timeout=50)

    assert process.returncode == program.INTERRUPTED
    with pytest.raises(ProcessLookupError):
        os.kill(int(said), 0)


@pytest.mark.parametrize("missing", [*NAMES, "FILE_BUCKET", "FILE_KEY", "FILE_VERSION", "MEDIA_FORMAT"])
def test_a_missing_variable_is_named(
    media: Media,  # noqa: ARG001 - clients need an AWS
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {**NAMES, "FILE_BUCKET": "inbox", "FILE_KEY": KEY, "FILE_VERSION": "1", "MEDIA_FORMAT": "audio"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    assert program.main() == program.WRONG_ENVIRONMENT
    assert missing in capsys.readouterr().err


def test_the_program_runs(
    media: Media,  # noqa: ARG001 - it writes there
    film: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    video = sent(film)
    told = {"FILE_BUCKET": "inbox", "FILE_KEY": KEY, "FILE_VERSION": video.version, "MEDIA_FORMAT": "poster"}
    for name, value in {**NAMES, **told}.items():
        monkeypatch.setenv(name, value)
    assert program.main() == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["message"], said["format"]) == ("made", "poster")


def test_a_format_that_there_is_not_is_named() -> None:
    told = {"FILE_BUCKET": "inbox", "FILE_KEY": KEY, "FILE_VERSION": "1", "MEDIA_FORMAT": "8mm"}
    with pytest.raises(KeyError, match="MEDIA_FORMAT among 1080p, 720p, 480p, audio, poster"):
        program.video_of(told)


@pytest.mark.parametrize("key", ["a.mp4", "é" * 510 + ".mp4", "x" * 1024])
def test_results_of_two_versions_have_keys_of_their_own(key: str) -> None:
    one, other = (result_key(Video("b", key, version), "720p") for version in ("1", "2"))
    assert one != other
    assert len(one.encode()) <= 1024
    assert one.endswith("/720p.mp4")
