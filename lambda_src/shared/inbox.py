"""Each file of an inbox once: its claim, its work, and its place in quarantine when it is refused.

Each message ends in one of three ways:

- done: the file was worked on, and its outcome is in the claim;
- quarantined: no delivery could ever load the file, or it is gone, so the message is done;
- failed: another delivery may succeed (a throttle, a time-out, a refused access, another delivery at
  work on the same file), so the message goes back, and after its last receive to the dead-letter queue.

A file is known by bucket, key and etag: the same bytes under the same name are worked on once.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from shared.events import S3Object, created_objects
from shared.files import FileStore, UnloadableError, identity
from shared.idempotency import claims_config, claims_table

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient

Outcome = dict[str, Any]


class Inbox:
    """Where files arrive, and what is to be done with each of them.

    Args:
        work: Turns a file into its outcome; raises `UnloadableError` for one that can never be loaded.
        store: Where refused files are set aside.
        dynamodb: Client for the table of claims.
        name: Prefix of the claims.
        logger: Told of each file that is done.
    """

    def __init__(
        self,
        work: Callable[[S3Object], Outcome],
        *,
        store: FileStore,
        dynamodb: "DynamoDBClient",
        name: str,
        logger: Logger,
    ) -> None:
        self._claims, self._logger = claims_config(), logger

        def work_or_set_aside(*, delivery: str, source: S3Object) -> Outcome:  # noqa: ARG001 - the claim's key
            try:
                return work(source)
            except UnloadableError as refusal:
                store.set_aside(source, refusal)
                return {"status": "quarantined", "reason": refusal.reason, "detail": refusal.detail}

        self._once = idempotent_function(
            work_or_set_aside,
            data_keyword_argument="delivery",
            persistence_store=claims_table(dynamodb),
            config=self._claims,
            key_prefix=name,
        )

    def begin(self, context: "LambdaContext") -> None:
        """Let the claims of this invocation end with it."""
        self._claims.register_lambda_context(context)

    def process(self, body: str) -> None:
        """Work on each file that a message tells of, once."""
        for source in created_objects(body):
            delivery = identity(source.bucket, source.key, source.etag)
            outcome = self._once(delivery=delivery, source=source)
            self._logger.info("file done", extra={"source": asdict(source), "outcome": outcome})
