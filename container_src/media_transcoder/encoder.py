"""ffmpeg as a process of its own, which ends with this one."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from media_transcoder.domain import Format

PROBED_SECONDS = "1"
"""What of a video tells whether it can be made into a format at all."""
LONGEST_REASON = 300
NO_ROOM = "the video and what is made of it do not fit on the task's disk"
"""Each run has as large a disk as the one before."""
_NO_SPACE = 228
"""What ffmpeg ends with where the disk is full: `AVERROR(ENOSPC)`, as an exit code."""
_INVALID_DATA = 183
"""What ffmpeg ends with where it finds the video damaged: `AVERROR_INVALIDDATA`, as an exit code."""
_BREAKS_OFF = ("File ended prematurely", "partial file")
"""What it says, and ends well, where a video ends before its end."""
_CONFINED = (
    *("-nostdin", "-hide_banner", "-loglevel", "error"),
    # A file of a stranger: a playlist that calls itself a video names files of this machine, and addresses.
    *("-protocol_whitelist", "file"),
    *("-format_whitelist", "mov,mp4,m4a,3gp,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf"),
)


class UnusableError(Exception):
    """No run can make this format of this video."""


class EncodingError(Exception):
    """ffmpeg ended before it was done; another run may succeed."""


def probe(video: Path, wanted: Format) -> None:
    """Look whether the first second of a video can be made into a format.

    Raises:
        UnusableError: If it cannot, with what ffmpeg says.
        EncodingError: If ffmpeg was killed before it could tell.
    """
    only = ("-t", PROBED_SECONDS)
    code, lines = _run(video, [*wanted.arguments, "-f", "null", "-"], before=only)
    if code < 0:
        raise EncodingError(f"ffmpeg was ended by signal {-code}")
    if code:
        raise UnusableError(_last(lines))


def encode(video: Path, wanted: Format) -> Path:
    """Make a format of a video and return the file.

    Raises:
        UnusableError: If the video is damaged or breaks off, or the disk is too small for what is made of
            it, however often it is tried.
        EncodingError: If it was not finished.
    """
    made = video.with_name(f"made{wanted.suffix}")
    # The whole of it, or an error: a video that breaks off would else become a shorter one.
    code, lines = _run(video, [*wanted.arguments, "-y", str(made)], before=("-xerror",))
    said = _last(lines)
    if code == _NO_SPACE or any("No space left on device" in line for line in lines):
        raise UnusableError(NO_ROOM)
    if code == _INVALID_DATA or any(sign in line for line in lines for sign in _BREAKS_OFF):
        raise UnusableError(said)
    if code or not made.exists():
        raise EncodingError(said or f"ffmpeg ended with {code}")
    return made


def _run(video: Path, arguments: Sequence[str], *, before: Sequence[str]) -> tuple[int, list[str]]:
    """Run ffmpeg to its end, without this program's rights; whatever ends this first ends it, too.

    Returns its exit code and the lines that it said.
    """
    command = [get_ffmpeg_exe(), *_CONFINED, *before, "-i", str(video), *arguments]
    process = None
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until it is known what to end with it
    try:
        process = subprocess.Popen(  # noqa: S603 - our own arguments; the video's name is none of them
            command, cwd=video.parent, env={}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        _, said = process.communicate()
    finally:
        if process is not None:
            process.kill()
            process.wait()
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
    return process.returncode, said.decode(errors="replace").strip().splitlines()


def _last(lines: Sequence[str]) -> str:
    """Return what tells the error; lines before it may repeat what is in the video, such as a title."""
    return lines[-1][-LONGEST_REASON:] if lines else ""
