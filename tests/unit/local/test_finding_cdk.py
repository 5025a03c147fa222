"""Which CDK command line runs an app: the project's, one on PATH, or one that is installed once."""

import json
import os
from pathlib import Path

import pytest

from wellmade.local import cdk_command


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_project_s_own_cdk_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path / "node_modules" / ".bin" / "cdk", "echo 2.1148.1")
    (tmp_path / "infrastructure").mkdir()
    monkeypatch.chdir(tmp_path / "infrastructure")

    assert cdk_command.cdk_command() == [str(own)]


@pytest.mark.parametrize(
    ("version", "taken"),
    [("2.1148.1 (build 1)", True), ("3.0.0 (build 1)", False), ("2.177.0", True), ("2.176.0", False)],
)
def test_only_a_version_that_asks_the_endpoint_it_is_told_is_taken(
    tmp_path: Path, *, version: str, taken: bool
) -> None:
    cdk = program(tmp_path / "bin" / "cdk", f"echo '{version}'")
    assert cdk_command._is_of_use(str(cdk), (2, 177)) is taken

    cdk_command._is_of_use.cache_clear()
    (tmp_path / "package.json").write_text(json.dumps({"name": "aws-cdk", "version": version}))
    assert cdk_command._is_of_use(str(cdk), (2, 177)) is taken


def test_a_project_s_cdk_that_would_ask_the_real_aws_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "project" / "node_modules" / ".bin" / "cdk", "echo 2.123.0")
    newer = program(tmp_path / "bin" / "cdk", "echo 2.1148.1")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PATH", str(newer.parent), prepend=os.pathsep)

    assert cdk_command.cdk_command() == [str(newer)]


def test_a_project_s_cdk_that_is_older_than_its_library_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    modules = tmp_path / "project" / "node_modules"
    program(modules / ".bin" / "cdk", "echo 2.1000.0")
    schema = modules / "@aws-cdk" / "cloud-assembly-schema" / "cli-version.json"
    schema.parent.mkdir(parents=True)
    schema.write_text('{"version": "2.1144.0"}')
    newer = program(tmp_path / "bin" / "cdk", "echo 2.1148.1")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PATH", str(newer.parent), prepend=os.pathsep)

    assert cdk_command.cdk_command() == [str(newer)]
    assert "below 2.1144 it cannot read what this app synthesizes" in " ".join(
        capsys.readouterr().err.split()
    )
