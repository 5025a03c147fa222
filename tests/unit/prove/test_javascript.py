"""What tests of handlers in JavaScript call is heard, whoever runs them and whatever they mock."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.errors import WellmadeError
from wellmade.prove.hearing import javascript
from wellmade.prove.hearing.javascript import hear

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")

SDK = """
class GetObjectCommand { constructor(input) { this.input = input; } }
class DeleteObjectCommand { constructor(input) { this.input = input; } }
class S3Client { send(command) { return Promise.resolve({ asked: command.input.Key }); } }
exports.GetObjectCommand = GetObjectCommand;
exports.DeleteObjectCommand = DeleteObjectCommand;
exports.S3Client = S3Client;
"""
"""As the packages of the SDK are built: classes of commands, exported by CommonJS."""
HANDLER = """
import { DeleteObjectCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
const client = new S3Client({});
const read = async (key) => client.send(new GetObjectCommand({ Bucket: process.env.INBOX, Key: key }));
export const handler = async (event) => {
  if (event.remove) {
    return client.send(new DeleteObjectCommand({ Bucket: process.env.INBOX, Key: event.key }));
  }
  return read(event.key);
};
"""
TEST = """
import assert from "node:assert";
import { test } from "node:test";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { handler } from "../src/app.mjs";
test("reads", async () => {
  S3Client.prototype.send = async (command) => ({ right: command instanceof GetObjectCommand });
  assert.deepStrictEqual(await handler({ key: "a.csv", secret: "s3cr3t" }), { right: true });
});
test("made by a test alone", () => assert.ok(new GetObjectCommand({ Bucket: "other", Key: "b" })));
"""
TEMPLATE = {
    "Resources": {
        "Inbox": {"Type": "AWS::S3::Bucket"},
        "Read": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "src/",
                "Handler": "app.handler",
                "Runtime": "nodejs22.x",
                "Environment": {"Variables": {"INBOX": {"Ref": "Inbox"}}},
                "Policies": [
                    {
                        "Statement": {
                            "Effect": "Allow",
                            "Action": "s3:GetObject",
                            "Resource": {"Fn::Sub": "${Inbox.Arn}/*"},
                        }
                    }
                ],
            },
        },
    },
    "Transform": "AWS::Serverless-2016-10-31",
}
JEST = """
const vm = require("node:vm");
exports.default = class Runtime {
  requireModuleOrMock() {
    const sandbox = vm.createContext({ exports: {}, process: { env: { INBOX: "the-inbox" } } });
    vm.runInContext(require("node:fs").readFileSync(require.resolve("@aws-sdk/client-s3"), "utf8"), sandbox);
    return sandbox.exports;
  }
};
"""
"""What of Jest loads the modules of a test, into a realm whose variables are not those of the process."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a project with one handler and one test, and make it the current folder."""

    def write(**files: str) -> Path:
        library = tmp_path / "node_modules" / "@aws-sdk" / "client-s3"
        (library / "dist-cjs").mkdir(parents=True)
        (library / "package.json").write_text('{"name": "@aws-sdk/client-s3", "main": "./dist-cjs/index.js"}')
        (library / "dist-cjs" / "index.js").write_text(SDK)
        (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
        for name, text in {"src/app.mjs": HANDLER, "tests/app.test.mjs": TEST, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return write


def test_a_command_is_heard_whoever_answers_it(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project()
    monkeypatch.setenv("INBOX", "the-inbox")
    document = hear("node --test tests/app.test.mjs", root)
    assert document["failed"] == []
    [call] = [each for each in document["calls"] if each["frames"][0][0] == "src/app.mjs"]
    assert (call["service"], call["operation"]) == ("s3", "GetObject")
    assert call["parameters"] == {"Bucket": "the-inbox", "Key": "a.csv"}
    assert call["variables"] == {"INBOX": "the-inbox"}
    assert "s3cr3t" not in json.dumps(document)


def test_it_listens_wherever_wellmade_is_installed(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = project()
    hook = tmp_path / 'a "quoted" höme' / javascript.HOOK.name
    hook.parent.mkdir()
    hook.write_bytes(javascript.HOOK.read_bytes())
    monkeypatch.setattr(javascript, "HOOK", hook)
    assert hear("node --test tests/app.test.mjs", root)["calls"]


def prove(capsys: pytest.CaptureFixture[str], command: str) -> tuple[int, dict[str, Any]]:
    """Prove the template with a run of tests; return the exit code and the report of its function."""
    code = main(["prove", "template.json", "--node", command, "--format", "json"])
    [report] = json.loads(capsys.readouterr().out)["functions"]
    return code, report


def test_what_no_test_sets_is_told_by_the_code(
    project: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project()
    _, report = prove(capsys, "node --test tests/app.test.mjs")
    assert (report["witness"], report["denied"], report["unused"]) == ("tests", [], [])


def test_a_command_that_no_test_makes_is_not_judged(
    project: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project()
    code, report = prove(capsys, "node --test tests/app.test.mjs")
    [row] = report["not_judged"]
    assert code == 1
    assert row["what"] == "s3:DeleteObject"


def test_modules_that_jest_loads_are_heard(project: Callable[..., Path]) -> None:
    run = """
    const Runtime = require("jest-runtime/build/index.js").default;
    const { GetObjectCommand } = new Runtime().requireModuleOrMock("", "@aws-sdk/client-s3");
    new GetObjectCommand({ Bucket: { "the-inbox": ["named by a key, as tables are in a batch"] } });
    """
    root = project(**{"run.js": run, "node_modules/jest-runtime/build/index.js": JEST})
    [call] = hear("node run.js", root)["calls"]
    assert (call["operation"], call["variables"]) == ("GetObject", {"INBOX": "the-inbox"})


def test_a_run_that_calls_nothing_is_refused(project: Callable[..., Path]) -> None:
    root = project()
    with pytest.raises(
        WellmadeError, match=r"must make commands of the AWS SDK .* made none \(exit code 3\)"
    ):
        hear("node -e 'process.exit(3)'", root)


def test_no_such_program_is_refused(project: Callable[..., Path]) -> None:
    root = project()
    with pytest.raises(
        WellmadeError, match="--node must be a command with its arguments, got nothing-like-it"
    ):
        hear("nothing-like-it --run", root)
