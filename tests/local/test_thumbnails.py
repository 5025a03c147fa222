"""The thumbnails' stack, driven with real photographs and with what is none; each is accounted for."""

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from aws_cdk import Duration
from PIL import Image

from demo.pipeline import Pipeline
from demo.samples import PREFIX, Sample
from stacks.thumbnails import ThumbnailsStack
from tests.handlers.thumbnailer.pictures import PHOTOS, SCENE, bomb, encoded, oriented, photos, shows_scene
from tests.local.apps.pipeline import deploy_pipeline
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

MADE = {
    **{f"turned {number}.JPG": encoded(oriented(number), "JPEG", number) for number in range(1, 9)},
    "a picture without a suffix": encoded(SCENE, "PNG"),
}
REFUSED = {
    "notes.txt": (b"no picture", "format"),
    "nothing.jpg": (b"", "empty"),
    "cut.jpg": (encoded(SCENE, "JPEG")[:-200], "broken"),
    "bomb.png": (bomb(20_000, 20_000), "pixels"),
}


@pytest.fixture(scope="module")
def good() -> Sequence[Sample]:
    files = {**MADE, **{path.name: path.read_bytes() for path in photos()}}
    return [Sample(name, PREFIX + name, body) for name, body in files.items()]


@pytest.fixture(scope="module")
def driven(
    cloud: LocalCloud,
    tmp_path_factory: pytest.TempPathFactory,
    good: Sequence[Sample],
    eventually: Callable[..., None],
) -> Pipeline:
    """The pipeline after every file came to its end, twice."""
    pipeline = deploy_pipeline(
        cloud,
        tmp_path_factory.mktemp("cdk.out"),
        "photos",
        ThumbnailsStack,
        timeout=Duration.seconds(30),  # a busy machine
    )
    samples = [*good, *(Sample(name, PREFIX + name, body) for name, (body, _) in REFUSED.items())]

    def under_way(times: int) -> Sequence[str]:
        finished = pipeline.deliveries()
        return [sample.key for sample in samples if finished.get(sample.key, 0) < times]

    for times, send in enumerate((pipeline.upload, pipeline.deliver_again), start=1):
        for sample in samples:
            send(sample)
        wait = partial(under_way, times)
        eventually(lambda wait=wait: not wait(), otherwise=wait)
    return pipeline


def thumbnail(driven: Pipeline, sample: Sample) -> Image.Image:
    content = driven.read("ResultsBucketName", f"{sample.key}.{driven.etag(sample)}.webp")
    assert content
    return Image.open(io.BytesIO(content))


def test_every_photograph_is_upright_and_small(driven: Pipeline, good: Sequence[Sample]) -> None:
    for sample in good:
        small = thumbnail(driven, sample)
        assert max(small.size) <= 256
        assert sample.label not in MADE or shows_scene(small), sample.label


@pytest.mark.skipif(not photos(), reason=f"no photographs in {PHOTOS}")
def test_photographs_of_other_people_are_among_them(driven: Pipeline, good: Sequence[Sample]) -> None:
    assert {path.name for path in photos()} <= {sample.label for sample in good}
    sizes = {thumbnail(driven, sample).size for sample in good if sample.label.startswith("landscape_")}
    assert sizes == {(256, 192)}


def test_what_is_no_photograph_is_set_aside_with_its_reason(driven: Pipeline) -> None:
    keys = driven.keys("QuarantineBucketName")
    assert keys == {PREFIX + name + end for name in REFUSED for end in ("", ".reason.json")}
    for name, (body, reason) in REFUSED.items():
        assert driven.read("QuarantineBucketName", PREFIX + name) == body
        assert driven.read_json("QuarantineBucketName", f"{PREFIX}{name}.reason.json")["reason"] == reason


def test_nothing_is_lost_doubled_or_too_much(driven: Pipeline, good: Sequence[Sample]) -> None:
    thumbnails = {f"{sample.key}.{driven.etag(sample)}.webp" for sample in good}
    assert driven.keys("ResultsBucketName") == thumbnails
    worked = driven.times_worked_on()
    assert {worked[sample.key] for sample in good} == {1}
    assert sorted(item["thumbnail"] for item in _items(driven)) == sorted(thumbnails)
    assert (driven.depth("QueueUrl"), driven.depth("DeadLetterQueueUrl")) == (0, 0)


def _items(driven: Pipeline) -> list[dict[str, Any]]:
    pages = (
        driven.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=driven.outputs["TableName"])
    )
    return [
        {name: next(iter(value.values())) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]
