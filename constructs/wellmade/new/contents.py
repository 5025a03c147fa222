"""Every file of an app of one's own."""

import json
from pathlib import Path
from string import Template

from wellmade.new import gather
from wellmade.new.origin import requirement
from wellmade.new.rewrite import own
from wellmade.new.shipped import shipped, stacks
from wellmade.new.tries import try_of

_TEMPLATES = Path(__file__).parent / "template"
_ALWAYS = {
    "Makefile": "Makefile.txt",
    "README.md": "readme.txt",
    "app.py": "app.txt",
    "pytest.ini": "pytest.txt",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore.txt",
    ".github/workflows/ci.yml": "ci.txt",
    "stacks/__init__.py": "stacks.txt",
    "stacks/sources.py": "sources.txt",
    "tests/conftest.py": "conftest.txt",
    "tests/test_stack.py": "test_stack.txt",
}
_WITH_HANDLERS = {"tests/test_handlers.py": "test_handlers.txt"}
_WITH_NODE = {"tests/test_node.py": "test_node.txt"}


def contents(stack: str) -> dict[str, bytes]:
    """Return the files of an app by their paths in its folder.

    Args:
        stack: The name of a reference stack.
    """
    module = stack.replace("-", "_")
    sources = gather.modules(module)
    handlers, programs = gather.handlers(sources), gather.containers(sources)
    names = {"stack": stack, "module": module, "cls": stacks()[stack]}
    names |= {"requirement": requirement(), "attempt": try_of(stack)}
    written = {**_ALWAYS, **(_WITH_HANDLERS if handlers else {})}
    written |= _WITH_NODE if any(map(gather.is_node, handlers)) else {}
    found = {file: _filled(template, names) for file, template in written.items()}
    found |= {f"stacks/{file.name}": own(file.read_text(encoding="utf-8")) for file in sources}
    found["cdk.json"] = _cdk_json()
    if handlers:
        found["lambda_src/requirements.in"], found["lambda_src/requirements.txt"] = gather.packages(handlers)
    copied = {f"lambda_src/{name}": data for each in handlers for name, data in gather.files(each)}
    copied = {name: data for name, data in copied.items() if not _is_lock(name)}
    copied |= {f"container_src/{name}": data for each in programs for name, data in gather.files(each)}
    return {name: text.encode() for name, text in found.items()} | copied


def _is_lock(name: str) -> bool:
    """Tell whether a file is the lock of one handler; the app has one for all."""
    return Path(name).stem == "requirements"


def _filled(template: str, names: dict[str, str]) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(names)


def _cdk_json() -> str:
    """Return ours, run by the Python that is active and watching its own folders."""
    ours = json.loads(shipped("cdk.json").read_text(encoding="utf-8"))
    return json.dumps({**ours, "app": "python3 app.py"}, indent=2) + "\n"
