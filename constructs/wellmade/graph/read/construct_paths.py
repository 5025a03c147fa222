"""Which construct defined which resource, as `cdk synth` records it beside the template."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError

_LOGICAL_ID = "aws:cdk:logicalId"


def construct_paths(file: Path) -> dict[str, str]:
    """Return the construct paths by logical id; an id of several constructs, as with nested stacks, has none.

    Raises:
        WellmadeError: If the file is no record of constructs.
    """
    paths: dict[str, list[str]] = defaultdict(list)
    for path, entries in _recorded(file).items():
        for entry in entries:
            if entry.get("type") == _LOGICAL_ID:
                paths[str(entry.get("data"))].append(path.lstrip("/").removesuffix("/Resource"))
    return {logical_id: found[0] for logical_id, found in paths.items() if len(found) == 1}


def _recorded(file: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        recorded = json.loads(file.read_text(encoding="utf-8"))
        return {str(path): [dict(entry) for entry in entries] for path, entries in recorded.items()}
    except OSError as error:
        raise WellmadeError(f"{file}: cannot be read: {error.strerror}; run cdk synth again") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise WellmadeError(f"{file}:1: is no record of constructs; run cdk synth again") from error
