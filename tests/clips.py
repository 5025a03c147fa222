"""Small films that are made where they are needed."""

import subprocess
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe


def clip(folder: Path, *, seconds: float = 2, number: int = 0, title: str = "") -> bytes:
    """Return a film with a picture, a tone and a title, another one for each number."""
    file = folder / f"clip-{number}.mp4"
    picture = f"testsrc2=size=320x240:rate=12:duration={seconds}"
    tone = f"sine=frequency={300 + 10 * number}:duration={seconds}"
    command = [get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y"]
    command += ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    command += [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        "-metadata",
        f"title={title}",
        str(file),
    ]
    subprocess.run(command, check=True)
    return file.read_bytes()
