"""Keeps the task from being chosen when there are to be fewer, as long as it works.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import json
import logging
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

EXPIRES_IN_MINUTES = 60
"""Longer than any message takes; a worker that hangs can be stopped after it."""
RENEWED_AFTER = 30 * 60
"""Seconds after which a worker that is never without messages asks for it anew, before it expires."""

logger = logging.getLogger("invoice_worker")


@dataclass
class Protection:
    """What was last asked of the agent beside the program."""

    agent: str | None
    """The agent's address; None outside of ECS, where nobody scales in."""
    is_on: bool = field(default=False)
    clock: Callable[[], float] = time.monotonic
    _asked_at: float = field(default=0.0)

    def switch(self, *, on: bool) -> None:
        """Ask for protection, or give it up; asks only where that changes something or would expire."""
        if self.agent is None or (on == self.is_on and not (on and self._is_old)):
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
                self.is_on, self._asked_at = on, self.clock()
        except (OSError, HTTPException) as error:
            # Work goes on: without protection a message may come a second time, and that is harmless.
            logger.warning("no scale-in protection", extra={"reason": str(error)})

    @property
    def _is_old(self) -> bool:
        return self.clock() - self._asked_at >= RENEWED_AFTER
