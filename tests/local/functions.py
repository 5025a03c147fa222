"""Functions that tests make themselves, in a cloud that is there."""

import io
import json
import zipfile
from typing import Any

from wellmade.local.server import LocalCloud

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
"""Of a role; here nobody asks who takes it."""


def zipped(file: str, source: str) -> bytes:
    """Return an archive with one file."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(file, source)
    return code.getvalue()


def make_function(
    cloud: LocalCloud,
    name: str,
    source: str,
    *,
    runtime: str = "python3.13",
    client: Any = None,
    **settings: Any,
) -> Any:
    """Make a function with a role of its own that allows nothing, and return the client that made it.

    Args:
        cloud: Where it runs.
        name: Its name, and its role's.
        source: Of its handler, `index.handler`; of a runtime of its own the program.
        runtime: As Lambda names it.
        client: By which it is made. Default: a new one.
        settings: More of its settings.
    """
    client = client or cloud.client("lambda")
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    file = {"python": "index.py", "nodejs": "index.js"}.get(runtime.rstrip("0123456789.x"), "bootstrap")
    code = {"ZipFile": zipped(file, source)}
    client.create_function(
        FunctionName=name, Runtime=runtime, Role=role, Handler="index.handler", Code=code, **settings
    )
    return client
