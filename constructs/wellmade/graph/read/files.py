"""From paths to stacks: cloud assemblies with stages and nested stacks, template files, folders of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from wellmade.errors import WellmadeError
from wellmade.graph.read.assembly import is_assembly, stacks_of_assembly
from wellmade.graph.read.failures import Failures
from wellmade.graph.read.limits import MAX_BYTES
from wellmade.graph.read.nested import nest
from wellmade.graph.read.stack import Stack
from wellmade.graph.read.template import NoTemplateError, read_template

SUFFIXES = {".json", ".yaml", ".yml", ".template"}
_SKIPPED = {"node_modules", "__pycache__"}
_LOOKS_LIKE_TEMPLATE = re.compile(
    rb'AWSTemplateFormatVersion|"Type"\s*:\s*"(?:AWS|Custom)::|(?:^|[\s{,])Type\s*:\s*["\']?(?:AWS|Custom)::',
    re.MULTILINE,
)


def read_stacks(paths: Iterable[Path], failed: Failures) -> list[Stack]:
    """Read every stack below the paths; those that another one nests are its children, not read twice.

    Raises:
        WellmadeError: If a path does not exist, holds no template, or a template cannot be read.
    """
    assemblies: dict[Path, None] = {}
    files: dict[Path, bool] = {}
    for path in paths:
        with failed.kept():
            if not _exists(path):
                known = "a cdk.out folder, a template file or a folder of them"
                raise WellmadeError(f"{path}: does not exist; give {known}")
            if is_assembly(path):
                assemblies[path] = None
            elif path.is_dir():
                files |= dict.fromkeys(_templates_below(path), False)
            else:
                files[path] = True
    stacks: list[Stack] = []
    for folder in assemblies:
        with failed.kept():
            stacks += stacks_of_assembly(folder)
    stacks += _stacks_of_files(files, failed)
    _tell_apart(stacks)
    for stack in stacks:
        with failed.kept():
            nest(stack)
    return _roots(stacks)


def _tell_apart(stacks: list[Stack]) -> None:
    """Number the stacks that share a name, as one stack in several regions does."""
    seen: Counter[str] = Counter()
    for stack in stacks:
        seen[stack.name] += 1
        if seen[stack.name] > 1:
            stack.name = f"{stack.name}#{seen[stack.name]}"


def _roots(stacks: list[Stack]) -> list[Stack]:
    nested = {child.file.resolve() for stack in stacks for child in _descendants(stack)}
    return [stack for stack in stacks if stack.file.resolve() not in nested]


def _templates_below(folder: Path) -> list[Path]:
    files = [path for path in sorted(folder.rglob("*")) if _is_candidate(path, folder)]
    templates = [path for path in files if _looks_like_template(path)]
    if not templates:
        raise WellmadeError(f"{folder}: holds no manifest.json of a cloud assembly and no template")
    return templates


def _looks_like_template(path: Path) -> bool:
    """Tell by the first bytes; what cannot be read is told when it is."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES)
    except OSError:
        return True
    return b"Resources" in content and bool(_LOOKS_LIKE_TEMPLATE.search(content))


def _is_candidate(path: Path, folder: Path) -> bool:
    above = path.relative_to(folder).parts[:-1]
    if any(part.startswith(".") or part in _SKIPPED for part in above):
        return False
    return path.suffix in SUFFIXES and path.is_file()


def _exists(path: Path) -> bool:
    """Tell whether a path exists; one with a name that is too long does not."""
    try:
        return path.exists()
    except OSError:
        return False


def _stacks_of_files(files: dict[Path, bool], failed: Failures) -> list[Stack]:
    """Read the files; what a folder holds besides templates is left out, what was named must be one."""
    names = _names(list(files))
    stacks: list[Stack] = []
    for file, is_named in files.items():
        with failed.kept():
            try:
                stacks.append(Stack(names[file], read_template(file)))
            except NoTemplateError:
                if is_named:
                    raise
    return stacks


def _descendants(stack: Stack) -> Iterator[Stack]:
    for child in stack.children.values():
        yield child
        yield from _descendants(child)


def _names(files: list[Path]) -> dict[Path, str]:
    """Name each stack after its file, with as many folders before it as distinguish it from the others."""
    names: dict[Path, str] = {}
    waiting, folders = files, 0
    while waiting:
        proposed = {file: _name(file, folders) for file in waiting}
        shared = Counter(proposed.values())
        clashing = [file for file in waiting if shared[proposed[file]] > 1]
        names |= {file: name for file, name in proposed.items() if file not in clashing}
        if clashing and folders > max(len(file.parts) for file in clashing):
            return names | {file: str(file) for file in clashing}
        waiting, folders = clashing, folders + 1
    return names


def _name(file: Path, folders: int) -> str:
    stem = re.sub(r"(\.template)?\.(json|ya?ml|template)$", "", file.name)
    return "/".join([*file.parent.parts[len(file.parent.parts) - folders :], stem] if folders else [stem])
