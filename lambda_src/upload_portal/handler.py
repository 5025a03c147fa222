"""Let senders upload files straight into a bucket, whole or in parts, and resume them: the wiring.

`PUT /uploads/{upload_id}` with `size` and `content_type` begins an upload, or goes on with it: the answer
tells where to put the file, or the parts that are not there yet. With the same body,
`POST /uploads/{upload_id}/completion` makes one file of the parts and says whether all has arrived, and
`POST /uploads/{upload_id}/cancellation` gives it up.
"""

import os
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from upload_portal.domain import (
    ContradictionError,
    IncompleteError,
    Limits,
    UnknownUploadError,
    Wanted,
    missing_parts,
    wanted,
)
from upload_portal.store import Upload, Uploads
from wellmade_runtime.callers import caller_of
from wellmade_runtime.clients import dynamodb_client, s3_upload_client
from wellmade_runtime.http_responses import json_response, request_body
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.variables import (
    API_AUTHORIZER,
    INBOX_BUCKET,
    INBOX_PREFIX,
    UPLOAD_CONTENT_TYPES,
    UPLOAD_MAX_BYTES,
    UPLOAD_URL_SECONDS,
    UPLOADS_TABLE_NAME,
)

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

MOST_URLS = 200
"""Of one answer; what is not there then is told when it is asked for again."""

logger = Logger()
authorizer = os.environ[API_AUTHORIZER]
limits = Limits.read(os.environ[INBOX_PREFIX], os.environ[UPLOAD_MAX_BYTES], os.environ[UPLOAD_CONTENT_TYPES])
store = Uploads(
    s3=s3_upload_client(),
    dynamodb=dynamodb_client(),
    bucket=os.environ[INBOX_BUCKET],
    table=os.environ[UPLOADS_TABLE_NAME],
    url_seconds=int(os.environ[UPLOAD_URL_SECONDS]),
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001 - Lambda gives both
    """Answer a request of one of the routes; every error is JSON with what was wrong."""
    try:
        upload_id = event["pathParameters"]["upload_id"]
        announced = wanted(caller_of(event, authorizer), upload_id, request_body(event), limits)
        return _ANSWERS[event["routeKey"].rpartition("/")[2]](announced)
    except InvalidMessageError as error:
        return json_response(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except UnknownUploadError:
        return json_response(HTTPStatus.NOT_FOUND, {"error": "there is no such upload"})
    except ContradictionError:
        return json_response(
            HTTPStatus.CONFLICT, {"error": "an upload of this name was begun with another size or type"}
        )
    except (BotoCoreError, ClientError):
        logger.exception("a store did not answer")
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "please send it again"})


def _begin(announced: Wanted) -> dict[str, Any]:
    """Tell where what is not there goes to."""
    if _has_arrived(announced):
        return _done(announced)
    upload = store.begin(announced)
    try:
        places = _places(upload)
    except UnknownUploadError:
        if _has_arrived(announced):
            # Another request has just completed it.
            return _done(announced)
        # S3 has aborted it, after a week.
        store.abort(upload)
        places = _places(store.begin(announced))
    return json_response(HTTPStatus.OK, {"status": "open", "key": announced.key, **places})


def _has_arrived(announced: Wanted) -> bool:
    """Return whether the file is there.

    Raises:
        ContradictionError: If one of another size is: nothing can be put under its key any more.
    """
    size = store.size(announced.key)
    if size not in (None, announced.size):
        raise ContradictionError
    return size is not None


def _done(announced: Wanted) -> dict[str, Any]:
    return json_response(HTTPStatus.OK, {"status": "complete", "key": announced.key})


def _places(upload: Upload) -> dict[str, Any]:
    wants = upload.wanted
    lifetime = {"expires_in": store.url_seconds}
    if wants.part_size is None:
        headers = {"content-type": wants.content_type, "if-none-match": "*"}
        return {"url": store.url(wants), "headers": headers, **lifetime}
    there = {number: size for number, (size, _) in store.parts(upload).items()}
    parts = [
        {"number": number, "size": size, "url": store.part_url(upload, number, size)}
        for number, size in missing_parts(wants.part_sizes, there, most=MOST_URLS)
    ]
    return {"part_size": wants.part_size, "parts": parts, "arrived": len(there), **lifetime}


def _complete(announced: Wanted) -> dict[str, Any]:
    """Make one file of the parts, and look whether what was announced is there."""
    upload = store.find(announced.name)
    if upload.wanted != announced:
        raise ContradictionError
    try:
        if upload.upload and store.size(announced.key) is None:
            store.complete(upload)
    except (IncompleteError, UnknownUploadError):
        # Unknown too where another request has just completed it.
        logger.info("not complete", extra={"key": announced.key})
    if store.size(announced.key) != announced.size:
        return json_response(HTTPStatus.CONFLICT, {"status": "open", "error": "not all of it is there"})
    return _done(announced)


def _abort(announced: Wanted) -> dict[str, Any]:
    """Forget an upload and its parts; a file that has arrived stays."""
    store.abort(store.find(announced.name))
    return json_response(HTTPStatus.OK, {"status": "aborted"})


_ANSWERS: dict[str, Callable[[Wanted], dict[str, Any]]] = {
    "{upload_id}": _begin,
    "completion": _complete,
    "cancellation": _abort,
}
