"""Files that are too large for a function, or of a kind that takes too long: left to a workflow."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wellmade_runtime.clients import stepfunctions_client
from wellmade_runtime.file_store import identity
from wellmade_runtime.messages import InvalidMessageError
from wellmade_runtime.s3_events import S3Object
from wellmade_runtime.variables import (
    LARGE_FILES_ABOVE_BYTES,
    LARGE_FILES_STATE_MACHINE_ARN,
    LARGE_FILES_SUFFIXES,
)

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True, slots=True)
class LargeFiles:
    """Which files a function leaves to a workflow, and how it starts that, once for each file.

    Args:
        stepfunctions: Client.
        workflow: Its ARN.
        above: Bytes of the largest file that the function reads itself.
        suffixes: What names of files end with that it never reads itself.
    """

    stepfunctions: "SFNClient"
    workflow: str
    above: int
    suffixes: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "LargeFiles | None":
        """Return what a `SizeRouter` says in a function's environment; None where there is none."""
        workflow = environment.get(LARGE_FILES_STATE_MACHINE_ARN)
        if not workflow:
            return None
        suffixes = json.loads(environment.get(LARGE_FILES_SUFFIXES, "[]"))
        return cls(
            stepfunctions_client(), workflow, int(environment[LARGE_FILES_ABOVE_BYTES]), tuple(suffixes)
        )

    def takes(self, source: S3Object) -> bool:
        """Tell whether a file is for the workflow.

        Raises:
            InvalidMessageError: If its event does not tell its size.
        """
        if self.suffixes and source.key.endswith(self.suffixes):
            return True
        if source.size is None:
            raise InvalidMessageError("expected an S3 event with the size of the object, got one without")
        return source.size > self.above

    def start(self, source: S3Object) -> dict[str, Any]:
        """Start the workflow for a file and return what was done.

        The execution is called after bucket, key and etag: a second one for the same file is not started,
        for 90 days.
        """
        name = identity(source.bucket, source.key, source.etag)
        file = {
            "bucket": source.bucket,
            "key": source.key,
            "etag": source.etag,
            "version": source.version or "",
            "size": source.size,
        }
        with suppress(self.stepfunctions.exceptions.ExecutionAlreadyExists):
            self.stepfunctions.start_execution(
                stateMachineArn=self.workflow, name=name, input=json.dumps(file, sort_keys=True)
            )
        return {"status": "left to a workflow", "execution": name}
