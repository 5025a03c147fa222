"""Files of a site: in which order they are put, and what may never change."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from wellmade_runtime.site_files import FOREVER, ChangedAssetError, publish

BUCKET = "site"
FILES = {
    "index.html": "<title>Home</title>",
    "docs/start.html": "<title>Start</title>",
    "assets/app.1.js": "1",
    "assets/logo.1.svg": "<svg/>",
    "assets/font.1.woff2": "f",
    "robots.txt": "User-agent: *",
}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


def test_assets_are_put_before_the_pages_that_name_them(s3: Any, folder: Path) -> None:
    keys = publish(folder, BUCKET, s3)
    assert keys == [
        *("assets/app.1.js", "assets/font.1.woff2", "assets/logo.1.svg"),
        *("docs/start.html", "index.html", "robots.txt"),
    ]


def test_assets_are_kept_for_ever_and_pages_as_the_site_says(s3: Any, folder: Path) -> None:
    publish(folder, BUCKET, s3)
    found = {key: s3.head_object(Bucket=BUCKET, Key=key) for key in FILES}
    assert {key: each["ContentType"] for key, each in found.items()} == {
        "index.html": "text/html; charset=utf-8",
        "docs/start.html": "text/html; charset=utf-8",
        "assets/app.1.js": "text/javascript; charset=utf-8",
        "assets/logo.1.svg": "image/svg+xml; charset=utf-8",
        "assets/font.1.woff2": "font/woff2",
        "robots.txt": "text/plain; charset=utf-8",
    }
    kept = {key for key, each in found.items() if each.get("CacheControl") == FOREVER}
    assert kept == {key for key in FILES if key.startswith("assets/")}


def test_a_release_puts_new_assets_and_all_pages_and_deletes_nothing(s3: Any, folder: Path) -> None:
    publish(folder, BUCKET, s3)
    (folder / "assets" / "app.1.js").rename(folder / "assets" / "app.2.js")
    assert publish(folder, BUCKET, s3) == ["assets/app.2.js", "docs/start.html", "index.html", "robots.txt"]
    assert s3.head_object(Bucket=BUCKET, Key="assets/app.1.js")


@pytest.mark.parametrize("changed", ["another program", "2"], ids=["another-size", "same-size"])
def test_an_asset_that_changed_under_its_name_stops_the_release_before_it_begins(
    s3: Any, folder: Path, changed: str
) -> None:
    publish(folder, BUCKET, s3)
    (folder / "assets" / "app.1.js").write_text(changed)
    (folder / "assets" / "a.new.js").write_text("2")
    wrong = folder / "assets" / "app.1.js"
    message = f"{wrong}: it must stay as it was published, got other content; give it a new name"
    with pytest.raises(ChangedAssetError, match=re.escape(message)):
        publish(folder, BUCKET, s3)
    keys = {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert "assets/a.new.js" not in keys


def test_an_asset_whose_tag_is_not_that_of_its_content_is_read(s3: Any, folder: Path) -> None:
    publish(folder, BUCKET, s3)
    pages = [{"Contents": [{"Key": "assets/app.1.js", "ETag": '"of-a-key"'}]}]
    s3.get_paginator = lambda _: SimpleNamespace(paginate=lambda **_: pages)
    assert "assets/app.1.js" not in publish(folder, BUCKET, s3)
    (folder / "assets" / "app.1.js").write_text("2")
    with pytest.raises(ChangedAssetError):
        publish(folder, BUCKET, s3)


def test_an_interrupted_release_is_finished_by_the_next(
    s3: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, many = s3.put_object, iter(range(2))

    def fail_at_the_third(**more: Any) -> Any:
        if next(many, None) is None:
            raise ConnectionError
        return put(**more)

    monkeypatch.setattr(s3, "put_object", fail_at_the_third)
    with pytest.raises(ConnectionError):
        publish(folder, BUCKET, s3)
    monkeypatch.undo()
    assert publish(folder, BUCKET, s3)[0] == "assets/logo.1.svg"
    assert {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]} == set(FILES)
