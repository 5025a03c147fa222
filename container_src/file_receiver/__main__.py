"""Write the receipt of one file, which the environment names, and end.

The file is read as a stream, so that one of 5 TB takes as much memory as one of 5 MB. Exit code 0 says that
it has its receipt, or a reason in quarantine; any other, that another run may succeed.
"""

import json
import os
import sys
from collections.abc import Mapping

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from file_receiver.domain import File, receipt_of
from file_receiver.store import GoneError, Receipts, UnprocessedError

AGAIN, WRONG_ENVIRONMENT = 1, 2


def log(message: str, **fields: object) -> None:
    """Write one JSON object a line."""
    sys.stdout.write(json.dumps({"message": message, **fields}) + "\n")


def receipts_of(environment: Mapping[str, str]) -> Receipts:
    """Return the stores that the environment names.

    Raises:
        KeyError: If a variable is missing; it names the variable.
    """
    config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
    return Receipts(
        boto3.client("s3", config=config),
        boto3.client("dynamodb", config=config),
        results=environment["RESULTS_BUCKET"],
        quarantine=environment["QUARANTINE_BUCKET"],
        table=environment["TABLE_NAME"],
    )


def file_of(environment: Mapping[str, str]) -> File:
    """Return the file that the workflow was started for.

    Raises:
        KeyError: If a variable is missing; it names the variable.
    """
    return File(
        environment["FILE_BUCKET"],
        environment["FILE_KEY"],
        environment["FILE_ETAG"],
        environment["FILE_VERSION"],
    )


def receive(store: Receipts, file: File) -> int:
    """Write the receipt of a file and return the exit code."""
    try:
        receipt = receipt_of(store.read(file))
        store.write(file, receipt)
    except GoneError as gone:
        store.quarantine_reason(file, str(gone))
        log("quarantined", key=file.key, reason=str(gone))
        return 0
    except (BotoCoreError, ClientError, UnprocessedError) as error:
        # The workflow starts another run.
        log("a call failed", key=file.key, reason=str(error))
        return AGAIN
    log("received", key=file.key, bytes=receipt.size)
    return 0


def main() -> int:
    """Receive the file; return 2 where the environment lacks something."""
    try:
        store, file = receipts_of(os.environ), file_of(os.environ)
    except KeyError as missing:
        sys.stderr.write(f"file_receiver: the environment lacks {missing.args[0]}\n")
        return WRONG_ENVIRONMENT
    return receive(store, file)


if __name__ == "__main__":
    sys.exit(main())
