"""Starts as EventBridge Scheduler sends them, and clients that a store of a handler has."""

from typing import Any


def start(job: str, minute: int = 0) -> dict[str, Any]:
    """Return the event of a start."""
    return {
        "schedule": {
            "job": job,
            "scheduled_time": f"2027-03-28T01:{minute:02}:00Z",
            "execution_id": "e-1",
            "attempt": "1",
        }
    }
