"""Each file of an inbox once: idempotency record, work, and quarantine when it is refused.

Each message ends in one of four ways:

- done: the file was worked on, and its outcome is in the idempotency record;
- left to a workflow: the file is larger than a `SizeRouter` leaves to the function, and an execution has it;
- quarantined: no delivery could ever load the file, or it is gone, so the message is done;
- failed: another delivery may succeed (a throttle, a time-out, a refused access, another delivery at
  work on the same file), so the message goes back, and after its last receive to the dead-letter queue.

A file is known by bucket, key and etag: the same bytes under the same name are worked on once. One that was
refused is worked on again, when it comes again, once code or schema have changed: its refusal carries their
version.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from wellmade_runtime.file_store import FileStore, UnloadableError, identity
from wellmade_runtime.idempotency import idempotency_config, idempotency_store
from wellmade_runtime.large_files import LargeFiles
from wellmade_runtime.s3_events import S3Object, created_objects

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient

Outcome = dict[str, Any]


def reader_version(folder: Path, *settings: str) -> Callable[[], str]:
    """Return what gives a short hash of a handler's code, of this package, and of settings such as a schema.

    All code is read when it is first asked for, so that no function starts later for it.
    """

    @cache
    def version() -> str:
        code = hashlib.sha256("\0".join(settings).encode())
        for file in sorted([*folder.rglob("*.py"), *Path(__file__).parent.glob("*.py")]):
            code.update(file.read_bytes())
        return code.hexdigest()[:12]

    return version


def no_version() -> str:
    """Return the version of a reader that has none: what it refused stays refused."""
    return ""


class FileInbox:
    """Where files arrive, and what is to be done with each of them.

    What a `SizeRouter` leaves to a workflow, as the environment tells, is handed on instead.

    Args:
        work: Turns a file into its outcome; raises `UnloadableError` for one that can never be loaded.
        store: Where refused files are quarantined.
        dynamodb: Client for the idempotency table.
        name: Prefix of the idempotency keys.
        logger: Told of each file that is worked on, once, and of each delivery that is done.
        version: Gives the version of what reads the files; see `reader_version`. Default: `no_version`.
    """

    def __init__(
        self,
        work: Callable[[S3Object], Outcome],
        *,
        store: FileStore,
        dynamodb: "DynamoDBClient",
        name: str,
        logger: Logger,
        version: Callable[[], str] = no_version,
    ) -> None:
        self._version = version
        self._config, self._logger = idempotency_config(), logger
        self.large_files = LargeFiles.of(os.environ)
        """What is left to a workflow; None without a `SizeRouter`."""

        def work_or_quarantine(*, delivery: str, source: S3Object) -> Outcome:  # noqa: ARG001 - the idempotency key
            if self.large_files and self.large_files.takes(source):
                return self.large_files.start(source)
            try:
                outcome = work(source)
            except UnloadableError as refusal:
                store.quarantine_object(source, refusal)
                outcome = {"status": "quarantined", "reason": refusal.reason, "reader": version()}
            logger.info("file worked on", extra={"source": asdict(source)})
            return outcome

        self._once = idempotent_function(
            work_or_quarantine,
            data_keyword_argument="delivery",
            persistence_store=idempotency_store(dynamodb),
            config=self._config,
            key_prefix=name,
        )

    def begin(self, context: "LambdaContext") -> None:
        """Let the records of this invocation expire with it, should it not finish."""
        self._config.register_lambda_context(context)

    def process(self, body: str) -> None:
        """Work on each file that a message tells of, once."""
        for source in created_objects(body):
            delivery = identity(source.bucket, source.key, source.etag)
            outcome = self._once(delivery=delivery, source=source)
            if outcome["status"] == "quarantined" and outcome.get("reader") != self._version():
                outcome = self._once(delivery=f"{delivery}#{self._version()}", source=source)
            self._logger.info("file done", extra={"source": asdict(source), "outcome": outcome})
