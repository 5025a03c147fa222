"""Gap: a form that a browser posts to a bucket is signed by its own fields, and no header tells who posts it.

Who may post is judged once it is read: by the signature of its policy, with the rights of who signed it. A
form without one is let in where the bucket's policy lets anybody write.

Source: https://docs.aws.amazon.com/AmazonS3/latest/developerguide/RESTObjectPOST.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import get_region
from ministack.services import s3

from .signatures import is_public

is_form: ContextVar[bool] = ContextVar("is_form", default=False)
"""Whether the request at hand is one; who serves it tells."""
_SIGNED = frozenset(("x-amz-signature", "signature"))


def apply() -> None:
    """Judge forms as they are written to a bucket."""
    post = s3._post_object

    def post_judged(bucket: str, body: bytes, headers: Mapping[str, str]) -> Any:
        fields = {
            name.lower(): value
            for name, _, _, value in s3._parse_multipart_form(headers.get("content-type", ""), body) or ()
        }
        key = fields.get("key", b"").decode(errors="replace")
        arn = f"arn:aws:s3:::{bucket}/{key}"
        if not _SIGNED & fields.keys() and not is_public("s3:PutObject", get_region(), arn, {}):
            return s3._error("AccessDenied", "Access Denied", 403)
        return post(bucket, body, headers)

    s3._post_object = post_judged
