"""Every way of storing a photograph, and every way of being none."""

import io
import random
import struct
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.handlers.thumbnailer.pictures import (
    BLUE,
    RED,
    SCENE,
    WHITE,
    Colour,
    bomb,
    drawn,
    encoded,
    oriented,
    shows,
    shows_scene,
)
from thumbnailer import domain
from thumbnailer.domain import PASSES, Photo, read_photo
from thumbnailer.scans import scans_of
from wellmade_runtime.file_store import UnloadableError


def opened(photo: Photo) -> Image.Image:
    image = Image.open(io.BytesIO(photo.thumbnail))
    assert image.size == (photo.thumbnail_width, photo.thumbnail_height)
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("cell", [40, 400])
def test_every_orientation_comes_out_upright(form: str, orientation: int, cell: int) -> None:
    stored = oriented(orientation, cell)
    photo = read_photo(encoded(stored, form, orientation))
    assert (photo.width, photo.height, photo.notes.orientation) == (*stored.size, orientation)
    assert shows_scene(opened(photo))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_there_is_not_is_upright(orientation: int) -> None:
    assert shows_scene(opened(read_photo(encoded(SCENE, "JPEG", orientation))))


def test_broken_notes_cost_nothing_but_the_notes() -> None:
    broken = encoded(SCENE, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 20)
    photo = read_photo(broken)
    assert (photo.notes.orientation, photo.notes.taken_at) == (1, None)
    assert shows_scene(opened(photo))


@pytest.mark.parametrize(
    ("noted", "taken_at"),
    [
        ("2008:05:30 15:56:01", "2008-05-30T15:56:01"),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_when_it_was_taken(noted: str, taken_at: str | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = noted
    assert read_photo(encoded(SCENE, "JPEG", exif=exif)).notes.taken_at == taken_at


@pytest.mark.parametrize(
    ("size", "thumbnail"),
    [
        ((4000, 3000), (256, 192)),
        ((3000, 4000), (192, 256)),
        ((257, 100), (256, 100)),
        ((256, 256), (256, 256)),
        ((100, 60), (100, 60)),
        ((1, 1), (1, 1)),
        ((5000, 1), (256, 1)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_sides(form: str, size: tuple[int, int], thumbnail: tuple[int, int]) -> None:
    photo = read_photo(encoded(Image.new("RGB", size, RED), form))
    assert (photo.width, photo.height) == size
    assert opened(photo).size == thumbnail


def chunks(webp: bytes) -> list[bytes]:
    """Return the kinds of chunks that a WebP file is made of."""
    found, at = [], 12
    while at < len(webp):
        found.append(webp[at : at + 4])
        length = struct.unpack("<I", webp[at + 4 : at + 8])[0]
        at += 8 + length + length % 2
    return found


def test_thumbnail_tells_no_secrets() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noted = encoded(SCENE, "JPEG", exif=exif, icc_profile=profile, comment=b"about me", xmp=b"<x/>")
    assert b"Maker" in noted
    assert chunks(read_photo(noted).thumbnail) == [b"VP8 "]


def one_colour(
    mode: str, value: Any, form: str = "PNG", size: tuple[int, int] = (600, 400), **options: Any
) -> bytes:
    return encoded(Image.new(mode, size, value), form, **options)


def palette(transparency: int | bytes | None = None) -> bytes:
    image = Image.new("P", (600, 400), 1)
    image.putpalette([*WHITE, *RED, *BLUE])
    options: dict[str, Any] = {} if transparency is None else {"transparency": transparency}
    return encoded(image, "PNG", **options)


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (600, 400), colour) for colour in (RED, BLUE)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


GREY = (128, 128, 128)
STORED: dict[str, tuple[bytes, Colour]] = {
    "grey": (one_colour("L", 128), GREY),
    "grey JPEG": (one_colour("L", 128, "JPEG"), GREY),
    "16 bits of grey": (one_colour("I;16", 128 * 256 + 77), GREY),
    "single bits": (one_colour("1", 1), (255, 255, 255)),
    "a palette": (palette(), RED),
    "a palette with a transparent colour that is not used": (palette(0), RED),
    "CMYK": (one_colour("CMYK", (0, 255, 255, 0), "JPEG"), (254, 0, 0)),
    "opaque": (one_colour("RGBA", (*RED, 255)), RED),
    "progressive": (one_colour("RGB", RED, "JPEG", progressive=True), RED),
    "lossless WebP": (one_colour("RGB", RED, "WEBP", lossless=True), RED),
    "GIF": (one_colour("RGB", RED, "GIF"), RED),
    "animated GIF": (animated("GIF"), RED),
    "animated PNG": (animated("PNG"), RED),
    "animated WebP": (animated("WEBP"), RED),
    "several pictures in one": (animated("MPO"), RED),
}


@pytest.mark.parametrize(("content", "colour"), STORED.values(), ids=STORED)
def test_every_way_of_storing_colours(content: bytes, colour: Colour) -> None:
    photo = read_photo(content)
    assert opened(photo).size == (256, 171)
    assert shows(opened(photo), [[colour, colour], [colour, colour]], tolerance=8)


@pytest.mark.parametrize(
    "content",
    [
        one_colour("RGBA", (*RED, 0)),
        one_colour("LA", (128, 0)),
        palette(1),
        palette(bytes([255, 0])),
        one_colour("RGB", RED, transparency=RED),
        one_colour("RGBA", (*RED, 0), "WEBP", lossless=True),
        one_colour("RGBA", (*RED, 0), "AVIF"),
    ],
    ids=["RGBA", "grey", "palette", "palette with alpha", "one colour", "WebP", "AVIF"],
)
def test_what_is_transparent_stays_so(content: bytes) -> None:
    alpha = opened(read_photo(content)).getchannel("A")
    assert alpha.getextrema() == (0, 0)


def swapped_profile() -> bytes:
    """Return a profile whose red is blue, so that a conversion is seen."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colours_are_those_of_the_profile(form: str) -> None:
    red = encoded(Image.new("RGB", (50, 50), (255, 0, 0)), form, icc_profile=swapped_profile())
    assert shows(opened(read_photo(red)), [[(0, 0, 255)]])


def test_transparency_outlives_a_profile() -> None:
    half = encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 128)), "PNG", icc_profile=swapped_profile())
    small = opened(read_photo(half))
    assert small.getchannel("A").getextrema() == (128, 128)
    assert shows(small, [[(0, 0, 255)]])


@pytest.mark.parametrize("profile", [b"no profile", swapped_profile()[:200]])
def test_a_broken_profile_is_passed_over(profile: bytes) -> None:
    assert shows_scene(opened(read_photo(encoded(SCENE, "JPEG", icc_profile=profile))))


def test_a_profile_for_other_colours_is_passed_over() -> None:
    content = encoded(Image.new("L", (50, 50), 128), "JPEG", icc_profile=swapped_profile())
    assert shows(opened(read_photo(content)), [[GREY]])


NOISE = random.Random(3).randbytes(5000)  # noqa: S311 - the same every time
LARGE = drawn([[RED, BLUE]], 300)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "empty", "no bytes"),
    "text": (b"dear diary", "format", "the contents are no JPEG, PNG, WebP, GIF or AVIF"),
    "noise": (NOISE, "format", "the contents are no"),
    "zeros": (bytes(1000), "format", "the contents are no"),
    "TIFF": (encoded(SCENE, "TIFF"), "format", "the contents are no"),
    "BMP": (encoded(SCENE, "BMP"), "format", "the contents are no"),
    "PDF": (encoded(SCENE, "PDF"), "format", "the contents are no"),
    "PostScript": (encoded(SCENE, "EPS"), "format", "the contents are no"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "format", "the contents are no"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format", "the contents are no"),
    "a JPEG's first bytes": (b"\xff\xd8\xff\xe0", "", ""),
    **{
        f"half a {form}": (encoded(LARGE, form)[: len(encoded(LARGE, form)) // 2], "", "")
        for form in ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
    },
    "a JPEG without its last bytes": (
        encoded(LARGE, "JPEG")[:-200],
        "broken",
        "OSError: image file is truncated",
    ),
    "a small file that declares 400 million pixels": (
        bomb(20_000, 20_000),
        "pixels",
        "declares more than 256000000 pixels",
    ),
    "a small file that declares 66 million pixels": (
        bomb(8_100, 8_100),
        "pixels",
        "8100 x 8100 to decode; 64000000 are the most",
    ),
    "a line of pixels": (bomb(100_000_000, 1), "pixels", "100000000 x 1 to decode"),
}


@pytest.mark.parametrize(("content", "reason", "detail"), REFUSED.values(), ids=REFUSED)
def test_refused(content: bytes, reason: str, detail: str) -> None:
    with pytest.raises(UnloadableError) as refusal:
        read_photo(content)
    assert refusal.value.reason in ({reason} if reason else {"format", "broken"})
    assert refusal.value.detail.startswith(detail)


def declares(jpeg: bytes, width: int, height: int) -> bytes:
    """Return a JPEG whose header declares another size."""
    at = next(at for marker in (b"\xff\xc0", b"\xff\xc2") if (at := jpeg.find(marker)) > 0)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def test_what_a_baseline_file_of_several_scans_declares_counts_in_full() -> None:
    """It is kept whole too, and nothing in its header says so."""
    one = declares(encoded(LARGE, "JPEG"), 8100, 8100)
    another_scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    with pytest.raises(UnloadableError, match=r"^pixels: 8100 x 8100 to decode"):
        read_photo(one[:-2] + another_scan + one[-2:])


def test_what_a_progressive_file_declares_counts_in_full() -> None:
    progressive = declares(encoded(LARGE, "JPEG", progressive=True), 8100, 8100)
    with pytest.raises(UnloadableError, match=r"^pixels: 8100 x 8100 to decode; 64000000 are the most$"):
        read_photo(progressive)


def test_a_jpeg_of_one_scan_may_be_larger_since_an_eighth_of_each_side_is_decoded() -> None:
    photo = read_photo(one_colour("L", 128, "JPEG", size=(8100, 8100)))
    assert (photo.width, photo.height, opened(photo).size) == (8100, 8100, (256, 256))


def test_a_jpeg_of_more_scans_than_any_camera_writes() -> None:
    jpeg = encoded(SCENE, "JPEG")
    scan = jpeg[jpeg.index(b"\xff\xda") : -2]
    with pytest.raises(UnloadableError, match=r"^passes: more than 200 scans of one picture$"):
        read_photo(jpeg[:-2] + scan * 200 + b"\xff\xd9")


def test_scans_of_a_large_picture_are_fewer_since_each_goes_over_all_of_it() -> None:
    progressive = declares(encoded(LARGE, "JPEG", progressive=True), 8000, 8000)
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    most = progressive[:-2] + scan * (20 - scans_of(progressive, PASSES)) + progressive[-2:]
    assert scans_of(most, PASSES) == 20
    with pytest.raises(UnloadableError, match=r"^passes: 21 scans of 8000 x 8000; 1280000000 are the most$"):
        read_photo(most[:-2] + scan + most[-2:])


def test_a_film_behind_the_picture_and_a_preview_in_its_notes_are_no_scans() -> None:
    """Phones append films, in which any two bytes stand by chance."""
    scans = b"\xff\xda" * 300
    exif = Image.Exif()
    exif[0x927C] = scans
    photo = read_photo(encoded(SCENE, "JPEG", exif=exif) + scans)
    assert shows_scene(opened(photo))


def test_a_file_of_nothing_but_segments_is_not_followed_to_its_end() -> None:
    assert scans_of(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 1_000_000, PASSES) == PASSES + 1


@pytest.mark.parametrize(
    ("options", "scans"), [({}, 1), ({"progressive": True}, 10), ({"restart_marker_rows": 1}, 1)]
)
def test_scans_that_files_have(options: dict[str, Any], scans: int) -> None:
    noisy = Image.frombytes("RGB", (100, 100), random.Random(5).randbytes(30_000))  # noqa: S311 - any bytes do
    assert scans_of(encoded(noisy, "JPEG", **options), PASSES) == scans


def test_a_file_that_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "FILE_BYTES", 1000)
    with pytest.raises(UnloadableError, match=r"^size: 1001 bytes; 1000 are the most$"):
        read_photo(bytes(1001))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_damage_is_refused_or_shows_in_the_picture_and_does_nothing_else(form: str) -> None:
    whole = encoded(SCENE, form, orientation=1 if form == "GIF" else 6)
    chance = random.Random(form)  # noqa: S311 - the same damage every time
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(UnloadableError):
            assert max(opened(read_photo(bytes(damaged))).size) <= 256


def test_texts_in_a_png_are_no_reason_to_refuse_it() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "x" * 3_000_000, zip=True)
    notes.add_itxt("Title", "y" * 3_000_000, zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), RED).save(buffer, "PNG", pnginfo=notes)
    photo = read_photo(buffer.getvalue())
    assert (photo.width, photo.height) == (30, 20)


def test_a_png_with_a_large_colour_profile_is_read() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(encoded(SCENE, "PNG", icc_profile=profile + bytes(3_000_000)))
    assert (photo.width, photo.height) == SCENE.size


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_png_that_is_cut_off_in_a_text_is_one_kind_of_error(cut: int) -> None:
    whole = encoded(LARGE, "PNG")
    text = struct.pack(">I", 2**31) + b"tEXt"
    with suppress(UnloadableError):
        read_photo(whole[:33] + text + whole[33 : 33 + cut])
