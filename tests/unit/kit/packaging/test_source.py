"""From what a user names to the handler: each refusal is one sentence with the place and the fix."""

from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, built, write
from wellmade.kit.packaging import bundled_handlers
from wellmade.kit.packaging.source import find


def refusal(code: str | Path, handler: str | None = None) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code, handler=handler)
    return str(refused.value)


def test_names_a_bundled_handler_that_there_is() -> None:
    known = ", ".join(sorted(path.parent.name for path in bundled_handlers().glob("*/handler.py")))
    assert refusal("nothing") == (
        f"nothing: code must be a pathlib.Path, or the name of a bundled handler: {known}, got 'nothing'; "
        "write Path('nothing') for a folder of your own"
    )


@pytest.mark.parametrize("name", ["wellmade_runtime", "sample_shop", "requirements"])
def test_what_travels_beside_handlers_is_no_handler(name: str) -> None:
    assert "or the name of a bundled handler: account_ledger, " in refusal(name)


def test_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone") == (
        f"{tmp_path / 'gone'}: code must be a folder, got no such folder; "
        "correct the path, which is relative to where the app is run"
    )


def test_suggests_the_handler_that_is_likely_meant(orders: Path) -> None:
    assert refusal(orders) == (
        f"{orders}: handler must be a module in this folder, got 'handler.handler'; "
        "name the module and function that Lambda calls in handler, such as app.lambda_handler"
    )


def test_names_the_functions_that_there_are(orders: Path) -> None:
    assert refusal(orders, "app.main") == (
        f"{orders / 'app.py'}: handler must be a function of this module, got 'main'; "
        "define it, or name one of the module's functions in handler: lambda_handler"
    )


@pytest.mark.parametrize("handler", ["app", "app.", ".handler", "app.py:handler", "my-app.handler"])
def test_refuses_what_is_no_handler(orders: Path, handler: str) -> None:
    assert refusal(orders, handler) == (
        f"{orders}: handler must be a module and a function in it, got {handler!r}; "
        'write "<module>.<function>"'
    )


@pytest.mark.parametrize(
    ("handler", "file"),
    [
        ("app.lambda_handler", "app.py"),
        ("api.http.main", "api/http.py"),
        ("api/http.main", "api/http.py"),
        ("api.main", "api/__init__.py"),
    ],
)
def test_takes_any_layout(tmp_path: Path, handler: str, file: str) -> None:
    function = handler.rpartition(".")[2]
    code = write(tmp_path / "code", {file: f"def {function}(event, context):\n    return 1\n"})
    assert built(code, handler=handler).handler == handler.replace("/", ".")


@pytest.mark.parametrize(
    "text",
    [
        "handler = make()",
        "handler: object = make()",
        "from elsewhere import handler",
        "from elsewhere import main as handler",
        "from elsewhere import *",
        "class handler: ...",
        "try:\n    pass\nfinally:\n    def handler(event, context): ...",
        "if here:\n    handler = 1\nelse:\n    handler = 2",
        "match 1:\n    case _:\n        handler = 1",
    ],
)
def test_a_handler_may_be_defined_in_any_way(own: Path, text: str) -> None:
    write(own, {"handler.py": text})
    assert find(own, None).handler == "handler.handler"


def test_a_function_within_a_function_is_none_of_the_module(own: Path) -> None:
    write(own, {"handler.py": "def outer():\n    def handler(event, context): ...\n"})
    assert refusal(own).startswith(f"{own / 'handler.py'}: handler must be a function of this module")


@pytest.mark.parametrize(
    ("python_version", "architecture", "said"),
    [
        ("3", "arm64", "function_archive: python_version must be such as 3.14, got 3; give the version"),
        (
            "3.14",
            "ARM",
            "function_archive: architecture must be arm64 or x86_64, got ARM; give the architecture",
        ),
    ],
)
def test_refuses_a_target_that_no_function_has(
    own: Path, python_version: str, architecture: object, said: str
) -> None:
    write(own, {"handler.py": HANDLER})
    with pytest.raises(ValueError, match=said):
        built(own, python_version=python_version, architecture=architecture)  # type: ignore[arg-type]
