"""From a function of a template to its code in the project: by asset, by path and by handler string."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wellmade.graph import Graph, Resource, Text, as_list, as_mapping, options, text
from wellmade.prove.code.assets import asset_of, in_archive
from wellmade.prove.code.project import Project, is_test
from wellmade.prove.settings import Settings

_NODE = (".ts", ".mts", ".js", ".mjs", ".cjs", ".tsx", ".jsx", ".cts")
_SOURCE = re.compile(r"^// (?!.*node_modules)(\S+\.[cm]?[jt]sx?)$", re.MULTILINE)
_LONG = 5000
"""Characters that no line has that a person wrote."""
_COMMAND = re.compile(r"^\s*CMD\s+\[\s*[\"']([^\"']+)[\"']\s*\]", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """The code of a function or a program."""

    roots: tuple[Path, ...] = ()
    """Folders that its imports start from: its own first, then those of its layers."""
    entry: Path | None = None
    """The module of the handler; None for a program, all of whose files count."""
    handler: str = ""
    """The function in it."""
    problem: str = ""
    """Why the code is not found; empty if it is."""
    inline: str = field(default="", repr=False)
    """The code itself, where the template holds it."""


class Locator:
    """Finds the code of workloads.

    Args:
        graph: The templates.
        settings: The root of the project, and the folders that the user told.
    """

    def __init__(self, graph: Graph, settings: Settings) -> None:
        self._graph = graph
        self._settings = settings
        self.project: Project = Project(settings.root)
        self._known: dict[str, Code] = {}

    def code_of(self, workload: Resource) -> Code:
        """Return the code of a workload, or why it is not found."""
        if workload.id not in self._known:
            is_task = workload.type == "AWS::ECS::TaskDefinition"
            self._known[workload.id] = self._program(workload) if is_task else self._function(workload)
        return self._known[workload.id]

    def _program(self, task: Resource) -> Code:
        names = [
            text(as_mapping(each).get("Name")) or "" for each in as_list(task.get("ContainerDefinitions"))
        ]
        told = self._settings.code.get(task.logical_id)
        folders = [self._settings.root / told] if told else []
        folders += [folder for name in names for folder in self.project.with_dockerfile(name)]
        if not folders:
            return Code(
                problem=f"no folder {' or '.join(names) or 'of its container'} with a Dockerfile is in "
                f"{self.project.root}; name it under prove.code in wellmade.toml"
            )
        return Code(roots=tuple(folders))

    def _function(self, function: Resource) -> Code:
        inline = function.get("Code.ZipFile", function.get("InlineCode"))
        handler = text(next(options(function.get("Handler")), None)) or ""
        if isinstance(inline, str):
            return Code(handler=handler.rpartition(".")[2], inline=inline)
        if not handler:
            handler = self._of_image(function)
        if not handler:
            return Code(
                problem="its code is an image or its handler is unknown; name its folder under prove.code "
                "in wellmade.toml"
            )
        module, _, name = handler.rpartition(".")
        entries = self._entries(function, module)
        if entries and is_opaque(entries[0][0]):
            return Code(
                handler=name,
                problem="its code is bundled and tells no source; name its source under prove.code in "
                "wellmade.toml",
            )
        if not entries:
            return Code(
                handler=name,
                problem=f"no source file of its handler {handler} is in {self.project.root}; name its folder "
                "under prove.code in wellmade.toml",
            )
        if len({entry.read_bytes() for entry, _ in entries}) > 1:
            some = ", ".join(str(entry.relative_to(self.project.root)) for entry, _ in entries[:3])
            return Code(
                handler=name,
                problem=f"its handler {handler} may be any of {len(entries)} files ({some}); name its folder "
                "under prove.code in wellmade.toml",
            )
        entry, root = entries[0]
        return Code(roots=(root, *self._layers(function)), entry=entry, handler=name)

    def _entries(self, function: Resource, module: str) -> list[tuple[Path, Path]]:
        """Return the files that may hold the handler, each with the folder of the code."""
        told = self._settings.code.get(function.logical_id)
        if told:
            place = (self._settings.root / told).resolve()
            return [(place, place.parent)] if place.is_file() else list(_in_folder(place, module))
        for name in ("CodeUri", "Code"):
            uri = function.get(name)
            if isinstance(uri, str) and "://" not in uri:
                found = list(_in_folder(function.template.parent / uri, module))
                if found and self._is_source(found[0][0]):
                    return found
                return self._like(found[0][0].read_bytes(), module) if found else self._named(module)
        folder = asset_of(function, "Code")
        content = _in_asset(folder, module) if folder else None
        if folder is None or content is None:
            return self._named(module)
        # What was bundled is like no source of the project, and can be read as it is.
        found = self._like(content, module) or self._bundled(content)
        return found or list(_in_folder(folder, module)) or self._named(module)

    def _bundled(self, content: bytes) -> list[tuple[Path, Path]]:
        """Return the source that a bundle ends with, by the comment that esbuild puts before it."""
        for path in reversed(_SOURCE.findall(content.decode(errors="replace"))):
            if found := self.project.ending_with(path.lstrip("./")):
                return [(found[0].resolve(), found[0].parent.resolve())]
        return []

    def _is_source(self, file: Path) -> bool:
        inside = file.resolve()
        hidden = [
            part for part in inside.parts if part in (".aws-sam", "cdk.out") or part.startswith("asset.")
        ]
        return not hidden

    def _like(self, content: bytes, module: str) -> list[tuple[Path, Path]]:
        """Return the source files with the handler's path that hold the same."""
        return [(file, root) for file, root in self._named(module) if file.read_bytes() == content]

    def _named(self, module: str) -> list[tuple[Path, Path]]:
        found = {}
        for path in _paths(module):
            for file in self.project.ending_with(path):
                if not is_test(file, self.project.root):
                    found[file.resolve()] = Path(*file.resolve().parts[: -len(Path(path).parts)])
        return list(found.items())

    def _of_image(self, function: Resource) -> str:
        """Return the handler that an image starts, from its Dockerfile beside the template."""
        command = as_list(function.get("ImageConfig.Command"))
        if command and isinstance(command[0], str):
            return command[0]
        folder = function.metadata.get("DockerContext")
        if not isinstance(folder, str):
            return ""
        file = function.template.parent / folder / str(function.metadata.get("Dockerfile", "Dockerfile"))
        found = _COMMAND.search(file.read_text()) if file.is_file() else None
        return found[1] if found else ""

    def _layers(self, function: Resource) -> Iterator[Path]:
        given = as_list(function.get("Layers"))
        # A list that comes as the parameter of a nested stack is one text with commas.
        for value in [part for each in given for part in (each.parts if isinstance(each, Text) else [each])]:
            layer = self._graph.target(value)
            uri = (layer.get("ContentUri", layer.get("Content")) if layer else None) or ""
            told = self._settings.code.get(layer.logical_id) if layer else None
            if layer and told:
                yield from _with_python(self._settings.root / told)
            elif layer and isinstance(uri, str) and uri:
                yield from _with_python(layer.template.parent / uri)
            elif layer and (asset := asset_of(layer, "Content")):
                yield from self._like_folder(asset)

    def _like_folder(self, asset: Path) -> Iterator[Path]:
        """Yield the folder of the project that an asset was copied from, found by its first source file."""
        files = sorted(asset.rglob("*.py")) if asset.is_dir() else []
        for file in files[:20]:
            relative = file.relative_to(asset)
            for found in self.project.ending_with(str(relative)):
                if found.read_bytes() == file.read_bytes() and file.stat().st_size:
                    yield from _with_python(Path(*found.parts[: -len(relative.parts)]))
                    return


def is_opaque(file: Path) -> bool:
    """Tell whether a script is minified, or holds the SDK itself: what it calls cannot be told then."""
    if file.suffix not in _NODE:
        return False
    source = file.read_text(errors="replace")
    return "node_modules/@smithy/" in source or max(map(len, source.splitlines()), default=0) > _LONG


def _with_python(folder: Path) -> Iterator[Path]:
    yield folder.resolve()
    for name in ("python", "nodejs", "nodejs/node_modules"):
        if (folder / name).is_dir():
            yield (folder / name).resolve()


def _paths(module: str) -> Iterator[str]:
    """Yield where the module of a handler may stand: dots are folders in Python, slashes everywhere."""
    path = module.replace(".", "/") if "/" not in module else module
    yield f"{path}.py"
    yield f"{path}/__init__.py"
    if "/" in module and "." in module:
        yield f"{module.replace('.', '/')}.py"
    for suffix in _NODE:
        yield f"{module}{suffix}"


def _in_folder(folder: Path, module: str) -> Iterator[tuple[Path, Path]]:
    for path in _paths(module):
        if (folder / path).is_file():
            yield (folder / path).resolve(), folder.resolve()
            return


def _in_asset(asset: Path, module: str) -> bytes | None:
    """Return what the handler's module holds in an asset, a folder or an archive."""
    paths = list(_paths(module))
    if asset.is_dir():
        found = next((asset / path for path in paths if (asset / path).is_file()), None)
        return found.read_bytes() if found else None
    return in_archive(asset, paths)
