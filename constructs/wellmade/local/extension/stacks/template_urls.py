"""Gap: a template whose address names its bucket before S3's own name is not found.

The CDK's command line writes addresses so for apps of CDK 1 whose templates are longer than 51,200 bytes, and
nested stacks are often written so.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation import helpers

_VIRTUAL = re.compile(r"https?://(?P<bucket>[a-z0-9.-]+)\.s3[.-][^/]*amazonaws\.com(?:\.cn)?/")


def apply() -> None:
    """Read the bucket off the host where it stands there."""
    resolve = helpers._resolve_document

    def resolve_by_path(params: Mapping[str, Any], body_key: str, url_key: str, label: str) -> Any:
        given = params.get(url_key)
        url = given[0] if isinstance(given, list) and given else given
        if isinstance(url, str) and (found := _VIRTUAL.match(url)):
            by_path = f"https://s3.amazonaws.com/{found['bucket']}/{url[found.end() :]}"
            params = {**params, url_key: [by_path] if isinstance(given, list) else by_path}
        return resolve(params, body_key, url_key, label)

    helpers._resolve_document = resolve_by_path
