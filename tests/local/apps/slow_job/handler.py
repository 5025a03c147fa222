"""A job that takes longer than the time until its next start."""

import os
import time
from typing import Any

from wellmade_runtime.clients import dynamodb_client
from wellmade_runtime.run_leases import Run, RunLeases, run_of
from wellmade_runtime.variables import LEASE_TABLE, TABLE_NAME

dynamodb = dynamodb_client()
leases = RunLeases(dynamodb, os.environ[LEASE_TABLE])


def handler(event: dict[str, Any], context: Any) -> dict[str, int | None]:
    """Hold the lease for as long as the event says."""
    run = run_of(event)
    with leases.hold(run, context.get_remaining_time_in_millis() / 1000) as lease:
        note(run, "worked" if lease else "skipped", began=time.time())
        if lease:
            time.sleep(event["seconds"])
            note(run, "worked", ended=time.time())
    return {"fence": lease.fence if lease else None}


def note(run: Run, outcome: str, **times: float) -> None:
    """Keep what became of a run, and when."""
    names = {f"#{name}": name for name in times}
    values = {f":{name}": {"N": str(value)} for name, value in times.items()}
    sets = ", ".join(f"#{name} = :{name}" for name in times)
    dynamodb.update_item(
        TableName=os.environ[TABLE_NAME],
        Key={"pk": {"S": f"{outcome} {run.scheduled_time}"}},
        UpdateExpression=f"SET {sets}",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )
