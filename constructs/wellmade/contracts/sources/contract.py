"""One version of an event as it was read, before anybody judges it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Contract:
    """The schema of one version of an event.

    Args:
        name: The event, such as `OrderPlaced.v1`.
        document: Its JSON Schema.
        draft: The draft where it names none, as `$schema` would name it. Default: 2020-12.
        file: Where it was read.
        strange: Why it is in no schema language that is known. Default: it is.
        headers: The JSON Schema of what goes beside the event. Default: nothing is said of it.
        content_type: What the event is written as. Default: JSON.
        listed: Whether it is one of several in a document, whose names are not those of files. Default: no.
    """

    name: str
    document: Any
    draft: str | None
    file: Path
    strange: str | None = None
    headers: Any = None
    content_type: str = "application/json"
    listed: bool = False

    @property
    def text(self) -> str:
        """What it says, as text: `true` differs from 1, which Python takes for equal."""
        return json.dumps([self.document, self.headers], sort_keys=True)
