"""Migrate a database while its stack is deployed, before the new code runs: the wiring."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from aws_lambda_powertools import Logger

from schema_migration.domain import Migration, RefusedMigrationError
from schema_migration.store import Schema, reason_of
from wellmade_runtime.custom_resource import answer
from wellmade_runtime.database_connection import connect_database
from wellmade_runtime.variables import MIGRATION_LOCK_SECONDS, MIGRATIONS_FOLDER

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

TO_ANSWER = 50.0
"""Seconds that are left for the answer, should it need all of its attempts."""

logger = Logger()
schema = Schema(connect_database, float(os.environ[MIGRATION_LOCK_SECONDS]))


def read(folder: str) -> list[Migration]:
    """Return the migrations of this release, from the layer that they travel in.

    Raises:
        FileNotFoundError: If the layer is not there.
    """
    root = next((root for each in sys.path if (root := Path(each, folder)).is_dir()), None)
    if root is None:
        raise FileNotFoundError(f"no layer has a folder {folder}")
    found = [Migration(file.stem, file.read_text()) for file in root.glob("*.sql")]
    return sorted(found, key=lambda each: each.number)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Answer in every case: a deployment that is told nothing waits for its timeout.

    Raises:
        Exception: What stopped the deployment, so that the function's alarm tells of it, too.
    """
    if event["RequestType"] == "Delete":  # the schema goes with its database, and not before
        answer(event)
        return
    try:
        names = _migrate(event, context.get_remaining_time_in_millis() / 1000)
    except Exception as error:  # noqa: BLE001 - whatever it is, the deployment must not wait for it
        failure = _reason(error)
        logger.error(  # noqa: TRY400 - a trace would repeat what the database says of its data
            "the deployment is stopped", extra={"failure": failure}
        )
        answer(event, failure)
        raise RuntimeError(failure) from None
    logger.info("the schema is that of this release", extra={"migrations": names})
    answer(event)


def _migrate(event: dict[str, Any], seconds: float) -> list[str]:
    released = event.get("OldResourceProperties", {}).get("Newest")
    deadline = time.monotonic() + max(seconds - TO_ANSWER, seconds / 2)
    return schema.migrate(read(os.environ[MIGRATIONS_FOLDER]), released, deadline)


def _reason(error: Exception) -> str:
    """Return what may be told of an error: of those that are neither ours nor the database's its kind."""
    if isinstance(error, RefusedMigrationError):
        return str(error)
    if isinstance(error, psycopg.OperationalError):
        return f"the database was busy or away until the timeout, at last: {reason_of(error)}"
    if isinstance(error, psycopg.Error):
        return f"the database refused: {reason_of(error)}"
    return type(error).__name__
