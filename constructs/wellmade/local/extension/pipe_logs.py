"""Gap: a pipe with a log group writes nothing into it.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-schema.html
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import new_uuid

from .log_groups import write_line
from .pipe_targets import PartlyDoneError


@dataclass(frozen=True)
class Execution:
    """One batch on its way through a pipe."""

    pipe: Mapping[str, Any]
    records: list[Any]
    identity: str = field(default_factory=new_uuid)

    @contextmanager
    def step(self, name: str, begins: str = "ENTERED") -> Iterator[None]:
        """Write that a step begins, and how it ends."""
        self._write(f"{name}_{begins}", "INFO")
        try:
            yield
        except PartlyDoneError as error:
            self._write(f"{name}_PARTIALLY_FAILED", "ERROR", error)
            raise
        except Exception as error:
            self._write(f"{name}_FAILED", "ERROR", error)
            raise
        self._write(f"{name}_SUCCEEDED", "INFO")

    def _write(self, step: str, level: str, error: Exception | None = None) -> None:
        settings = self.pipe.get("_properties", {}).get("LogConfiguration") or {}
        group = (settings.get("CloudwatchLogsLogDestination") or {}).get("LogGroupArn", "")
        wanted = settings.get("Level", "OFF")
        if not group or wanted == "OFF" or (wanted == "ERROR" and level == "INFO"):
            return
        line: dict[str, Any] = {
            "resourceArn": self.pipe["Arn"],
            "timestamp": int(time.time() * 1000),
            "executionId": self.identity,
            "messageType": step,
            "logLevel": level,
        }
        if "ALL" in (settings.get("IncludeExecutionData") or []):
            line["payload"] = json.dumps(self.records, default=str)
        if error is not None:
            line["error"] = _told(error)
        name = group.partition(":log-group:")[2].removesuffix(":*")
        write_line(name, f"{self.pipe['Name']}/{time.strftime('%Y-%m-%d')}", json.dumps(line))


def _told(error: Exception) -> dict[str, Any]:
    if not isinstance(error, ClientError):
        return {"message": str(error)}
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
    return {"httpStatusCode": status, "message": str(error), "details": error.response["Error"]["Message"]}
