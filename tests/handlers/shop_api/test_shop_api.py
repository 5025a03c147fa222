"""The handler in Node.js: its own tests, in the Node and with the SDK that it runs on."""

from pathlib import Path

from wellmade.kit.packaging import bundled_handlers
from wellmade.testing.node_tests import node_tests


def test_its_own_tests_pass() -> None:
    done = node_tests(bundled_handlers() / "shop_api")
    assert done.returncode == 0, done.stdout
    assert "pass 18" in done.stdout


def test_a_failure_is_told(tmp_path: Path) -> None:
    test = 'import { test } from "node:test";\ntest("wrong", () => { throw new Error("so it is"); });\n'
    (tmp_path / "a.test.mjs").write_text(test)
    done = node_tests(tmp_path)
    assert done.returncode == 1
    assert "so it is" in done.stdout
