"""A handler that imports what will not be there is refused while it is built, by file and line."""

import sys
from pathlib import Path

import pytest

from tests.unit.kit.packaging.support import HANDLER, add_wheel, built, names, write

ALLOWED = "of the standard library, the archive or the Lambda runtime"


def refusal(code: Path, *, handler: str | None = None, python_version: str = "3.14") -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - compared as a whole
        built(code, handler=handler, python_version=python_version)
    return str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "import requests",
        "import requests.adapters",
        "from requests import get",
        "def work():\n    import requests",
        "try:\n    import requests\nexcept KeyError:\n    pass",
        "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    import requests",
    ],
)
def test_names_file_line_module_and_fix(own: Path, text: str) -> None:
    write(own, {"handler.py": f"{HANDLER}\n{text}\n"})
    line = 4 + next(number for number, each in enumerate(text.splitlines()) if "requests" in each)
    module = "requests.adapters" if "adapters" in text else "requests"
    assert refusal(own) == (
        f"{own / 'handler.py'}:{line}: import must be {ALLOWED}, got {module}; "
        f"add its package to {own / 'requirements.txt'}, "
        "or import it in a try that catches ImportError where a layer brings it"
    )


@pytest.mark.parametrize(
    "text",
    [
        "import boto3, botocore.config, json, xml.etree.ElementTree",
        "try:\n    import requests\nexcept ImportError:\n    requests = None",
        "try:\n    import requests\nexcept (KeyError, ModuleNotFoundError):\n    pass",
        "try:\n    import requests\nexcept Exception:\n    pass",
        "try:\n    import requests\nexcept:\n    pass",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import requests",
        "import sys\nif sys.platform == 'win32':\n    import winloop",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from requests import Response",
        "import typing\nif typing.TYPE_CHECKING:\n    from requests import Response",
        "match 1:\n    case 2:\n        import requests",
    ],
)
def test_what_is_there_or_may_be_missing_passes(own: Path, text: str) -> None:
    write(own, {"handler.py": f"{text}\n{HANDLER}"})
    assert names(built(own).archive) == {"handler.py"}


def test_modules_of_the_folder_are_read_too(own: Path) -> None:
    write(
        own,
        {
            "handler.py": f"from steps import work\n{HANDLER}",
            "steps/__init__.py": "from .work import do\n",
            "steps/work.py": "from . import deep\ndef do(): ...\n",
            "steps/deep.py": "\nimport pandas\n",
            "never.py": "import unheard_of\n",
        },
    )
    assert refusal(own).startswith(f"{own / 'steps' / 'deep.py'}:2: import must be {ALLOWED}, got pandas; ")


@pytest.mark.parametrize(
    "text", ["import steps.gone", "from steps.gone import work", "from .steps.gone import x"]
)
def test_a_module_that_the_folder_lacks(own: Path, text: str) -> None:
    write(own, {"top/handler.py": f"{text}\n{HANDLER}", "steps/__init__.py": "", "top/steps/__init__.py": ""})
    module = "top.steps.gone" if text.startswith("from .") else "steps.gone"
    assert refusal(own, handler="top.handler.handler") == (
        f"{own / 'top' / 'handler.py'}:1: import must be {ALLOWED}, got {module}; "
        "add the module to the folder, or correct the name"
    )


def test_a_folder_that_imports_itself_as_a_package(own: Path) -> None:
    write(own, {"handler.py": f"from my_worker.domain import RATE\n{HANDLER}", "domain.py": "RATE = 1\n"})
    assert refusal(own) == (
        f"{own / 'handler.py'}:1: import must be {ALLOWED}, got my_worker.domain; "
        'give its parent as code, and handler="my_worker.handler.handler", so that my_worker is a package'
    )
    assert built(own.parent, handler="my_worker.handler.handler").handler == "my_worker.handler.handler"


@pytest.mark.parametrize(("file", "kind"), [("common/__init__.py", "folder"), ("common.py", "module")])
def test_code_beside_the_folder(own: Path, file: str, kind: str) -> None:
    write(own.parent, {file: ""})
    write(own, {"handler.py": f"import common\n{HANDLER}"})
    assert refusal(own) == (
        f"{own / 'handler.py'}:1: import must be {ALLOWED}, got common; "
        f'move the {kind} common into {own}, or give its parent as code and handler="my_worker.handler.handler"'
    )


def test_a_relative_import_at_the_top(own: Path) -> None:
    write(own, {"handler.py": f"from .domain import RATE\n{HANDLER}", "domain.py": "RATE = 1\n"})
    assert refusal(own) == (
        f"{own / 'handler.py'}:1: import must be absolute in a module at the top of the archive, "
        "got 'from .domain import RATE'; write it from the top of the code folder, without dots"
    )


@pytest.mark.parametrize(
    ("module", "python_version", "is_there"),
    [
        ("cgi", "3.12", True),
        ("cgi", "3.13", False),
        ("annotationlib", "3.14", True),
        ("annotationlib", "3.13", False),
    ],
)
def test_the_standard_library_is_that_of_the_function(
    own: Path, module: str, python_version: str, *, is_there: bool
) -> None:
    write(own, {"handler.py": f"import {module}\n{HANDLER}"})
    if is_there:
        built(own, python_version=python_version)
    else:
        assert f"handler.py:1: import must be {ALLOWED}, got {module}; " in refusal(
            own, python_version=python_version
        )


def test_what_is_no_python_is_refused(own: Path) -> None:
    write(own, {"handler.py": f"import helper\n{HANDLER}", "helper.py": "\ndef broken(:\n"})
    here = f"3.{sys.version_info.minor}"
    assert refusal(own, python_version=here) == (
        f"{own / 'helper.py'}:2: code must be Python {here}, got invalid syntax; correct it"
    )


def test_what_a_newer_python_may_read_is_not_checked_and_that_is_said(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(own, {"handler.py": f"import helper\n{HANDLER}", "helper.py": "import requests\ndef newer(:\n"})
    built(own, python_version="3.99")
    assert capsys.readouterr().err == (
        f"wellmade: {own / 'helper.py'}:2 cannot be read by Python 3.{sys.version_info.minor} "
        "(invalid syntax): what it imports is not checked\n"
    )


def test_installed_packages_are_there(own: Path, index: Path) -> None:
    add_wheel(index, "fast")
    add_wheel(index, "google_storage", files={"google/cloud/storage/__init__.py": ""})
    text = f"import fast.anything\nimport google.cloud.storage\n{HANDLER}"
    write(own, {"handler.py": text, "requirements.txt": "fast==1.0\ngoogle_storage==1.0\n"})
    assert {"fast/__init__.py", "google/cloud/storage/__init__.py"} <= names(built(own).archive)


def test_a_namespace_that_lacks_the_package_is_looked_into(own: Path, index: Path) -> None:
    add_wheel(index, "google_storage", files={"google/cloud/storage/__init__.py": ""})
    text = f"import google.cloud.pubsub\n{HANDLER}"
    write(own, {"handler.py": text, "requirements.txt": "google_storage==1.0\n"})
    assert f"handler.py:1: import must be {ALLOWED}, got google.cloud.pubsub; " in refusal(own)


def test_packages_that_were_copied_into_the_folder_are_not_judged(own: Path) -> None:
    files = {"fast/__init__.py": "import unheard_of\n", "fast-1.0.dist-info/RECORD": "fast/__init__.py,,\n"}
    write(own, {"handler.py": f"import fast\n{HANDLER}", **files})
    assert "fast/__init__.py" in names(built(own).archive)


def test_compiled_modules_of_the_folder_are_there(own: Path) -> None:
    write(own, {"handler.py": f"import quick\n{HANDLER}", "quick.cpython-314-aarch64-linux-gnu.so": ""})
    assert "quick.cpython-314-aarch64-linux-gnu.so" in names(built(own).archive)
