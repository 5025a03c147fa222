"""The handler in Node.js: its own tests, in the Node and with the SDK that it runs on."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.kit.packaging import bundled_handlers
from wellmade.local.node_sdks import node_sdk
from wellmade.prove.recordings import VERSION
from wellmade.testing import node_tests
from wellmade.testing.node_tests import listening_to_node, with_heard_in_node


def test_its_own_tests_pass() -> None:
    done = node_tests(bundled_handlers() / "shop_api")
    assert done.returncode == 0, done.stdout
    assert re.search(r"pass [1-9]", done.stdout)


def test_what_it_calls_is_recorded() -> None:
    root = bundled_handlers().parent
    nothing = {"version": VERSION, "root": str(root), "calls": [], "variables": {}}
    with listening_to_node() as folder:
        node_tests(bundled_handlers() / "shop_api")
        found = with_heard_in_node(nothing, folder, root)
    called = {(each["service"], each["operation"]) for each in found["calls"]}
    written = {("dynamodb", name) for name in ("PutItem", "Query", "TransactWriteItems")}
    assert called == written | {("s3", "GetObject"), ("s3", "PutObject")}
    for each in found["calls"]:
        assert "lambda_src/shop_api/store.mjs" in {file for file, _, _ in each["frames"]}


def test_a_folder_without_tests_is_not_green(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "of_others.test.mjs").write_text("")
    with pytest.raises(
        WellmadeError, match=r"must hold tests, files that end with \.test\.mjs, and holds none"
    ):
        node_tests(tmp_path)


def test_a_folder_may_lie_below_packages(tmp_path: Path) -> None:
    (own := tmp_path / "node_modules" / "own").mkdir(parents=True)
    (own / "a.test.mjs").write_text('import { test } from "node:test";\ntest("right", () => {});\n')
    assert re.search("pass 1", node_tests(own).stdout)


def test_a_test_that_never_ends_is_ended(tmp_path: Path) -> None:
    test = 'import { test } from "node:test";\ntest("waits", () => new Promise(() => setInterval(() => 1, 1)));\n'
    (tmp_path / "a.test.mjs").write_text(test)
    with pytest.raises(WellmadeError, match=r"its tests in Node\.js took over 3 s"):
        node_tests(tmp_path, timeout=3)


def test_nothing_runs_on_after_an_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[str]] = []
    communicate = subprocess.Popen.communicate

    def interrupted(process: "subprocess.Popen[str]", *given: Any, **options: Any) -> Any:
        if process in started:
            return communicate(process, *given, **options)
        started.append(process)
        raise KeyboardInterrupt

    test = 'import { test } from "node:test";\ntest("waits", () => new Promise(() => setInterval(() => 1, 1)));\n'
    (tmp_path / "a.test.mjs").write_text(test)
    node_sdk()  # so that nothing else is started
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        node_tests(tmp_path)
    assert started[0].poll() is not None


def test_a_failure_is_told(tmp_path: Path) -> None:
    test = 'import { test } from "node:test";\ntest("wrong", () => { throw new Error("so it is"); });\n'
    (tmp_path / "a.test.mjs").write_text(test)
    done = node_tests(tmp_path)
    assert done.returncode == 1
    assert "so it is" in done.stdout
