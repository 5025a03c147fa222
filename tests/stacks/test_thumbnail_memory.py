"""What decoding takes: the largest picture that is decoded fits into the memory that the stack gives."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from stacks.thumbnails import MEMORY
from tests.handlers.thumbnailer.pictures import encoded
from tests.stacks.conftest import ROOT
from thumbnailer.domain import PIXELS

SIDE = 4000
SPARED = 300
"""MiB for the interpreter, AWS's clients and the file itself."""
DECODE = """
import sys
from pathlib import Path
from thumbnailer.domain import read_photo

def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024

content = Path(sys.argv[1]).read_bytes()
before = peak()
read_photo(content)
print(peak() - before)
"""

COSTLY: list[tuple[str, str, dict[str, Any]]] = [
    ("PNG", "RGBA", {"compress_level": 1}),
    ("PNG", "P", {"compress_level": 1, "transparency": 0}),
    ("GIF", "P", {"transparency": 0}),
    ("JPEG", "CMYK", {"progressive": True, "subsampling": 0}),
    ("WEBP", "RGBA", {"method": 0}),
    ("AVIF", "RGBA", {"speed": 10, "subsampling": "4:4:4"}),
]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a process in /proc")
@pytest.mark.parametrize(("form", "mode", "options"), COSTLY)
def test_what_a_pixel_takes_times_the_most_pixels_fits(
    form: str, mode: str, options: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(encoded(Image.new(mode, (SIDE, SIDE)), form, **options))
    done = subprocess.run(
        [sys.executable, "-c", DECODE, str(tmp_path / "picture")],
        env={**os.environ, "PYTHONPATH": str(ROOT / "lambda_src")},
        capture_output=True,
        text=True,
        check=True,
    )
    for_a_pixel = int(done.stdout) / SIDE**2
    assert for_a_pixel > 1
    assert for_a_pixel * PIXELS < (MEMORY - SPARED) * 2**20
