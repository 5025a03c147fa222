"""Archives with links, and with names that lead out of where they are unpacked."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

LINK, PROGRAM, FILE = 0o120777, 0o100755, 0o100644
READ = """
import os

def handler(event, context):
    found = {}
    for path in event:
        try:
            found[path] = [os.path.islink(path), open(path).read()]
        except OSError:
            pass
    return found
"""
READ_IN_NODE = """
const fs = require("fs");
exports.handler = async (event) => Object.fromEntries(event.filter((path) => fs.existsSync(path)).map(
  (path) => [path, [fs.lstatSync(path).isSymbolicLink(), fs.readFileSync(path, "utf8")]]));
"""
Entries = Mapping[str, tuple[int, str]]


def archive(entries: Entries) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as bundle:
        for name, (mode, content) in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, mode << 16
            bundle.writestr(entry, content)
    return data.getvalue()


@pytest.fixture
def run(cloud: LocalCloud, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Deploy a handler with entries of its archive and layers, and return what it answers."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    name = f"unpacked-{abs(hash(request.node.name))}"
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    client = cloud.client("lambda")

    def answer(event: object, code: Entries, *layers: Entries, node: bool = False) -> Any:
        versions = [
            client.publish_layer_version(LayerName=f"{name}-{n}", Content={"ZipFile": archive(layer)})
            for n, layer in enumerate(layers)
        ]
        source = {"index.js": (FILE, READ_IN_NODE)} if node else {"index.py": (FILE, READ)}
        client.create_function(
            FunctionName=name,
            Runtime="nodejs22.x" if node else "python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive({**source, **code})},
            Layers=[version["LayerVersionArn"] for version in versions],
        )
        return json.load(client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])

    return answer


@pytest.mark.parametrize("node", [False, True])
def test_links_of_code_and_of_layers_are_links(run: Callable[..., Any], *, node: bool) -> None:
    paths = ["/var/task/alias", "/opt/current/version", "/var/task/from-layer"]

    found = run(
        paths,
        {"real": (FILE, "code"), "alias": (LINK, "real"), "from-layer": (LINK, "/opt/v2/version")},
        {"v2/version": (FILE, "two"), "current": (LINK, "v2")},
        node=node,
    )

    assert found == {paths[0]: [True, "code"], paths[1]: [False, "two"], paths[2]: [True, "two"]}


def test_a_link_leads_to_no_file_of_the_developer(run: Callable[..., Any], secret_file: Path) -> None:
    links = {
        "straight": (LINK, str(secret_file)),
        "folder": (LINK, str(secret_file.parent)),
        "up": (LINK, f"../../../../../../../..{secret_file}"),
    }
    paths = ["/var/task/straight", f"/var/task/folder/{secret_file.name}", "/var/task/up", "/opt/straight"]

    assert run(paths, links, links) == {}


def test_nothing_is_written_through_a_link(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    link, through = {"way": (LINK, str(tmp_path / "project"))}, {"way/evil.py": (PROGRAM, "x")}

    run([], {"way/evil.py": (PROGRAM, "x"), **link}, link, through, link)

    assert list((tmp_path / "project").iterdir()) == []


def test_no_file_outside_becomes_a_program(run: Callable[..., Any], secret_file: Path) -> None:
    before = secret_file.stat()

    run([], {str(secret_file): (PROGRAM, "x"), f"../../../../../../../../..{secret_file}": (PROGRAM, "x")})

    assert secret_file.stat() == before
    assert secret_file.read_text() == "a secret"
