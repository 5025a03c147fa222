"""What a template takes from a file by `AWS::Include`, put in its place.

CloudFormation does so before SAM and everything else look at the template.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wellmade.graph.read.decode import decode

_KEY = "Fn::Transform"


def included(value: Any, file_of: Callable[[str, Any], Path | None]) -> Any:
    """Return a part of a template with everything inside that it includes.

    Args:
        value: The part.
        file_of: Given what names it, and the name, returns a file beside the template; None where the name
            means something else, which is left to CloudFormation.

    Raises:
        WellmadeError: If a file is missing or cannot be read.
    """
    if isinstance(value, list):
        return [included(each, file_of) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {name: included(each, file_of) for name, each in value.items()}
    call = inner.get(_KEY)
    if not (isinstance(call, dict) and call.get("Name") == "AWS::Include"):
        return inner
    path = file_of("AWS::Include", (call.get("Parameters") or {}).get("Location"))
    if path is None:
        return inner
    content = decode(path)[0]
    beside = {name: each for name, each in inner.items() if name != _KEY}
    return {**content, **beside} if isinstance(content, dict) else content
