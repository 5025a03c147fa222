"""How many thumbnails are lost, doubled or wrong with notifications that come twice and killed functions.

Photographs, each of a colour of its own, go through the deployed stack on the embedded AWS under the faults
of `bench.faults`; one name in 49 is used twice, for two photographs. Then every thumbnail and every item is
looked for. The target is 0, 0 and 0.

    python -m bench.thumbnail_faults [--files 2000] [--kills 25] [--calls 5] [--seed 1]
"""

import hashlib
import io
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from bench.chaos import contradictions, options, uncontradicted
from bench.cloud import cloud_for
from bench.faults import send_under_faults, uploads
from demo.pipeline import Pipeline, deploy_pipeline
from demo.samples import PREFIX, Sample

Colour = tuple[int, int, int]


def main() -> int:
    """Run and print the figures; 1 when a thumbnail is lost, doubled or wrong."""
    faults = options(__doc__, work="files")
    files = [_photo(number) for number in range(faults.count)]
    pairs = contradictions(files, lambda file: _contradicting(file, faults.count), faults.chance)
    with cloud_for("thumbnail-faults", faults.calls) as cloud:
        print("deploying …", flush=True)
        pipeline, _ = deploy_pipeline(cloud, lambda _line: None, "thumbnails")
        send_under_faults(pipeline, uploads(files, pairs, faults.chance), faults)
        return _report(pipeline, [*uncontradicted(files, pairs), *(one for pair in pairs for one in pair)])


def _colour(number: int) -> Colour:
    return number % 16 * 16, number // 16 % 16 * 16, number // 256 % 16 * 16


def _photo(number: int) -> Sample:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 400), _colour(number)).save(buffer, "JPEG", quality=95)
    return Sample(str(number), f"{PREFIX}faults/{number:05}.jpg", buffer.getvalue())


def _contradicting(file: Sample, count: int) -> Sample:
    """Return another photograph of the same name."""
    other = _photo(count + int(file.label))
    return replace(other, key=file.key)


def _report(pipeline: Pipeline, files: Sequence[Sample]) -> int:
    """Count every thumbnail and every item against what was sent."""
    wanted = Counter(map(_thumbnail, files))
    thumbnails = Counter(pipeline.keys("ResultsBucketName"))
    items = Counter(item["thumbnail"] for of_key in pipeline.rows().values() for item in of_key.values())
    lost = (wanted - thumbnails).total() + (wanted - items).total()
    doubled = (thumbnails - wanted).total() + (items - wanted).total()
    quarantined = len(pipeline.keys("QuarantineBucketName"))
    wrong = sum(not _is_of(pipeline, file) for file in files)
    print(f"{len(files)} photographs, {thumbnails.total()} thumbnails, {items.total()} items")
    print(f"lost: {lost}   doubled: {doubled}   wrong or mixed: {wrong}   quarantined: {quarantined}")
    return 1 if lost or doubled or wrong or quarantined else 0


def _thumbnail(file: Sample) -> str:
    """Return its key; S3's etag of a small object is its MD5."""
    return f"{file.key}.{hashlib.md5(file.body, usedforsecurity=False).hexdigest()}.webp"


def _is_of(pipeline: Pipeline, file: Sample) -> bool:
    content = pipeline.read("ResultsBucketName", _thumbnail(file))
    if content is None:
        return False
    found = Image.open(io.BytesIO(content)).convert("RGB").getpixel((128, 85))
    return isinstance(found, tuple) and all(
        abs(got - wanted) < 8 for got, wanted in zip(found, _colour(int(file.label)), strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
