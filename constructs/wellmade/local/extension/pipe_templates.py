"""What the input template of a pipe makes of a record."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

_NAME = r"(\$?[\w.$]+|aws\.[\w.-]+)"
_PLACE = re.compile(f'"<{_NAME}>"|<{_NAME}>')


def shaped(template: str | None, record: Any, pipe: Mapping[str, Any]) -> Any:
    """Fill an input template in: `<$.body.id>` is a value of the record, `<aws.pipes.…>` one of the pipe.

    A text gets its quotes where it stands as a value in JSON, and none within another text.
    """
    if template is None:
        return record
    is_json = template.lstrip().startswith(("{", "["))
    known = {
        "aws.pipes.pipe-name": pipe["Name"],
        "aws.pipes.pipe-arn": pipe["Arn"],
        "aws.pipes.event": record,
    }

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        whole = known.get(name, _at(decoded(record), name) if name.startswith("$") else found[0])
        text = json.dumps(whole)
        if found[1] or not isinstance(whole, str):
            return text
        is_inside = template.count('"', 0, found.start()) % 2
        return (text[1:-1] if is_inside else text) if is_json else whole

    filled = _PLACE.sub(value, template)
    try:
        return json.loads(filled)
    except ValueError:
        return filled


def settled(parameters: Mapping[str, Any], record: Any) -> dict[str, Any]:
    """Take what parameters of a target name by a path, such as `$.body.group`, from the record."""
    return {
        name: text_of(_at(decoded(record), value))
        if isinstance(value, str) and value.startswith("$.")
        else value
        for name, value in parameters.items()
    }


def text_of(value: Any) -> str:
    """Return a value as text, which a text is already."""
    return value if isinstance(value, str) else json.dumps(value)


def decoded(record: Any) -> Any:
    """Return a record with what a stream carries as JSON or text, which filters and templates look at."""
    if not isinstance(record, dict) or record.get("eventSource") != "aws:kinesis":
        return record
    text = base64.b64decode(record["data"]).decode(errors="replace")
    try:
        return {**record, "data": json.loads(text)}
    except ValueError:
        return {**record, "data": text}


def _at(record: Any, path: str) -> Any:
    """Follow a path; JSON inside of a body is read on the way, as pipes do."""
    found = record
    for part in path.removeprefix("$").strip(".").split("."):
        if isinstance(found, str):
            try:
                found = json.loads(found)
            except ValueError:
                return ""
        if part:
            found = found.get(part, "") if isinstance(found, dict) else ""
    return found
