"""The runtime of handlers: light, apart from the samples, documented as it is."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wellmade.foundation.idempotency_table import TTL
from wellmade.kit.packaging.declared import declared
from wellmade.kit.packaging.requirements import canonical, read_requirements
from wellmade.kit.packaging.target import Target
from wellmade_runtime import variables
from wellmade_runtime.idempotency import record_ttl

ROOT = Path(__file__).parents[3]
RUNTIME = ROOT / "lambda_src" / "wellmade_runtime"
PAGE = (ROOT / "docs" / "runtime.md").read_text()
VARIABLES = {name: value for name, value in vars(variables).items() if name.isupper()}


def imported(module: Path) -> Iterator[str]:
    """Yield what a module imports at its top, the first parts."""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("module", sorted(RUNTIME.glob("*.py")), ids=lambda path: path.stem)
def test_it_imports_itself_the_sdk_and_what_is_locked(module: Path) -> None:
    locked = {file.stem for file in (ROOT / "lambda_src" / "requirements").glob("*.txt")}
    allowed = {"wellmade_runtime", "boto3", "botocore", *locked, *sys.stdlib_module_names}
    assert set(imported(module)) <= allowed


def test_importing_the_package_and_its_variables_imports_nothing_else() -> None:
    code = "import sys, wellmade_runtime.variables; print([n for n in sys.modules if n.startswith(('boto', 'aws_'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_variable_is_called_as_its_name() -> None:
    assert {name: value for name, value in VARIABLES.items() if name != value} == {}


@pytest.mark.parametrize("folder", ["lambda_src", "container_src"])
def test_programs_read_no_variable_of_a_construct_under_another_name(folder: str) -> None:
    """Handlers by the constants; programs, whose images hold no runtime, by the same names."""
    own = {
        "SCHEMA",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",  # which Lambda sets
        "HOST",
        "DRAIN_SECONDS",
        "DATABASE_TLS",
        "DATABASE_AUTHORITIES",
        "CACHE_TLS",
        "POLL_SECONDS",
    }
    read = re.compile(r'environ(?:ment)?(?:\[|\.get\()"([A-Z_]+)"')
    found = {name for file in (ROOT / folder).rglob("*.py") for name in read.findall(file.read_text())}
    allowed = own if folder == "lambda_src" else own | set(VARIABLES) | {"ECS_AGENT_URI"}
    assert found <= allowed


def test_constructs_name_no_variable_themselves() -> None:
    """Each is named in `variables` alone, so that what a construct sets is what a handler reads."""
    named = [
        f"{path.relative_to(ROOT)}:{key.lineno}: {key.value!r}"
        for path in (ROOT / "constructs" / "wellmade").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "set_variables" in ast.unparse(node.func)
        for each in ast.walk(node)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant)
    ]
    assert named == []


def test_locks_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {
        line
        for file in (ROOT / "lambda_src" / "requirements").glob("*.in")
        for line in file.read_text().splitlines()
        if canonical(line)
    }
    assert asked == {each for each in project["optional-dependencies"]["runtime"] if "boto3" not in each}


@pytest.mark.parametrize(
    "file", sorted((ROOT / "lambda_src" / "requirements").glob("*.txt")), ids=lambda path: path.stem
)
def test_locks_have_hashes(file: Path) -> None:
    assert read_requirements(file, Target("3.14", "arm64")).is_locked


def test_handlers_with_packages_of_their_own_lock_them_for_both_processors() -> None:
    for folder in (path.parent for path in (ROOT / "lambda_src").glob("*/requirements.txt")):
        assert declared(folder, Target("3.14", "x86_64")).is_locked


def test_the_page_names_every_module_and_every_variable() -> None:
    modules = {file.stem for file in RUNTIME.glob("*.py")} - {"__init__"}
    assert {name for name in modules | set(VARIABLES) if f"`{name}`" not in PAGE} == set()


def test_the_test_that_a_user_copies_passes(tmp_path: Path) -> None:
    files = dict(re.findall(r"```python file=(\S+)\n(.*?)```", PAGE, re.DOTALL))
    assert set(files) == {"src/orders/app.py", "tests/test_orders.py"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    path = os.pathsep.join([str(tmp_path / "src" / "orders"), str(RUNTIME.parent)])
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:wellmade", "tests"],
        cwd=tmp_path,
        env={**os.environ, **credentials, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout


def test_the_page_reads_secrets_and_parameters_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3
    from moto import mock_aws

    [block] = [text for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "Secrets(" in text]
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name="shop/login", SecretString='{"password": "p1"}')
        boto3.client("ssm").put_parameter(Name="/shop/limit", Value="10", Type="String")
        names: dict[str, object] = {}
        exec(block, names)
    assert (names["password"], names["limit"]) == ("p1", 10)


def test_records_are_kept_as_long_by_default_as_a_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler without the variable, as on a laptop, forgets no earlier than a deployed one."""
    monkeypatch.delenv("IDEMPOTENCY_TTL_SECONDS", raising=False)
    assert record_ttl() == TTL.to_seconds()


def test_the_page_works_on_a_job_as_a_handler_does(monkeypatch: pytest.MonkeyPatch) -> None:
    from wellmade_runtime import jobs
    from wellmade_runtime.clients import dynamodb_client

    for name in (variables.JOBS_TABLE_NAME, variables.JOBS_TTL_SECONDS, variables.JOBS_LEASE_SECONDS):
        monkeypatch.setenv(name, "60")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    [block] = [text for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "job_store(" in text]
    names: dict[str, Any] = {**vars(jobs), "dynamodb_client": dynamodb_client, "parse": dict, "count": len}

    exec(block, names)

    job = jobs.Job("job#us#1", "1", '{"skus": [], "since": "2026"}', "a message")
    assert names["_report"](job).result == {"products": 2}
