"""Keeps the task from being chosen when there are to be fewer, as long as it works.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import json
import logging
import urllib.error
import urllib.request
from dataclasses import dataclass, field

EXPIRES_IN_MINUTES = 60
"""Longer than any message takes; a worker that hangs can be stopped after it."""

logger = logging.getLogger("invoice_worker")


@dataclass
class Protection:
    """What was last asked of the agent beside the program."""

    agent: str | None
    """The agent's address; None outside of ECS, where nobody scales in."""
    is_on: bool = field(default=False)

    def switch(self, *, on: bool) -> None:
        """Ask for protection, or give it up; asks only where that changes something."""
        if self.agent is None or on == self.is_on:
            return
        body = {"ProtectionEnabled": on, **({"ExpiresInMinutes": EXPIRES_IN_MINUTES} if on else {})}
        request = urllib.request.Request(  # noqa: S310 - the agent's own address, given by ECS
            f"{self.agent}/task-protection/v1/state",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - as above
                self.is_on = on
        except (urllib.error.URLError, TimeoutError) as error:
            # Work goes on: without protection a message may come a second time, and that is harmless.
            logger.warning("no scale-in protection", extra={"reason": str(error)})
