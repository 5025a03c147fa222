"""One picture that takes too much or crashes its decoder is quarantined alone; its neighbours are done."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.handlers.support import Inbox, objects
from tests.handlers.thumbnailer.pictures import SCENE, encoded
from thumbnailer.confined import RESERVED, Decoder
from thumbnailer.domain import read_photo
from wellmade_runtime.file_store import UnloadableError

ROOM = 100
"""MiB for a decoder: enough to start and for a small picture."""
LARGE = [
    ("PNG", "RGBA", "memory"),
    ("GIF", "P", "memory"),
    ("WEBP", "RGBA", "broken"),
    ("AVIF", "RGB", "broken"),
]
"""Formats with the reason; decoders of WebP and AVIF do not tell want of memory from damage."""
ENDS_SELF = "import os, signal; os.kill(os.getpid(), signal.{})"

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process writes to")


def large(form: str, mode: str) -> bytes:
    options = {"AVIF": {"speed": 10}, "WEBP": {"method": 0, "lossless": True}}.get(form, {})
    return encoded(Image.new(mode, (5000, 5000)), form, **options)


@pytest.fixture
def confined() -> Iterator[Decoder]:
    decoder = Decoder()
    yield decoder
    decoder.end()


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", str(RESERVED + ROOM))


def decoding(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let code of its own take the place of decoding in the forks of the next decoder."""
    (folder / "sitecustomize.py").write_text(
        f"import thumbnailer.domain\ndef read(content):\n    {code}\nthumbnailer.domain.read_photo = read\n"
    )
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])


def test_the_same_comes_out_as_without_a_process(confined: Decoder) -> None:
    content = encoded(SCENE, "JPEG", 6)
    other = encoded(SCENE, "PNG")
    for each in (content, other, content):
        assert confined.read_photo(each) == read_photo(each)


def test_a_refusal_comes_out_with_its_reason(confined: Decoder) -> None:
    with pytest.raises(UnloadableError) as refused:
        confined.read_photo(b"dear diary")
    assert refused.value.reason == "format"


@linux
@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize(("form", "mode", "reason"), LARGE)
def test_too_much_memory_is_a_refusal_in_every_format(
    form: str, mode: str, reason: str, confined: Decoder
) -> None:
    with pytest.raises(UnloadableError) as refused:
        confined.read_photo(large(form, mode))
    assert refused.value.reason == reason


@linux
@pytest.mark.usefixtures("little_memory")
def test_neighbours_of_a_picture_that_takes_too_much_are_done(photos: Inbox) -> None:
    sent = [
        photos.drop("a.png", encoded(SCENE, "PNG")),
        photos.drop("large.png", large("PNG", "RGBA")),
        photos.drop("b.jpg", encoded(SCENE, "JPEG")),
    ]
    assert photos.deliver(*sent) == []
    assert {name.split(".")[0] for name in objects("results")} == {"a", "b"}
    assert photos.refusal("large.png")["reason"] == "memory"


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_a_crash_of_the_decoder_is_a_refusal(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: Decoder
) -> None:
    decoding(ENDS_SELF.format(name), tmp_path, monkeypatch)
    with pytest.raises(UnloadableError, match=f"crash: .*{name}"):
        confined.read_photo(b"x")


@pytest.mark.parametrize("code", [ENDS_SELF.format("SIGKILL"), "raise SystemExit(1)"])
def test_an_end_that_says_nothing_about_the_file_may_be_tried_again(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: Decoder
) -> None:
    decoding(code, tmp_path, monkeypatch)
    for _ in range(2):
        with pytest.raises(ChildProcessError):
            confined.read_photo(b"x")


@linux
def test_a_program_that_is_killed_is_started_anew(confined: Decoder) -> None:
    content = encoded(SCENE, "JPEG")
    confined.read_photo(content)
    assert confined.pid
    os.kill(confined.pid, signal.SIGKILL)
    with pytest.raises(ChildProcessError):
        confined.read_photo(content)
    assert confined.read_photo(content) == read_photo(content)


def test_endless_work_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: Decoder
) -> None:
    monkeypatch.setenv("FUNCTION_TIMEOUT_SECONDS", "1")
    decoding("while True: pass", tmp_path, monkeypatch)
    with pytest.raises(UnloadableError, match=r"^time: takes more than 1 s to decode$"):
        confined.read_photo(b"x")


def test_the_decoder_has_no_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: Decoder
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "marked-secret")
    seen = tmp_path / "seen"
    code = f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ))); os._exit(1)"
    decoding(code, tmp_path, monkeypatch)
    with pytest.raises(ChildProcessError):
        confined.read_photo(b"x")
    assert "PYTHONPATH" in seen.read_text()
    assert "marked-secret" not in seen.read_text()
