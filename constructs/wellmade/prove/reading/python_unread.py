"""What in Python may call AWS and is not read: libraries with clients of their own, what values name."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any

from wellmade.prove.code.python_modules import module_at
from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.hearing.resource_models import collection
from wellmade.prove.reading.libraries import libraries
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_given import is_session
from wellmade.prove.reading.python_surroundings import CREDENTIALS, of_surroundings
from wellmade.prove.reading.python_values import Values
from wellmade.prove.reading.sites import ANY, Arrived, Site, Unread, Variable

_QUIET = ("can_paginate", "close", "get_paginator", "generate_presigned_url", "generate_presigned_post")
"""Methods of clients that call nothing, and those that are read with what they are given."""
_NAMING = ("get_paginator", "generate_presigned_url")
"""Of these, those whose argument names the operation."""
_NO_OPERATIONS = (
    "_make_api_call", "copy", "download_file", "download_fileobj", "generate_presigned_post",
    "generate_presigned_url", "get_paginator", "get_waiter", "upload_file", "upload_fileobj",
)  # fmt: skip
"""Methods of clients that call operations of other names."""
_INJECTED = ("copy", "upload_file", "upload_fileobj", "download_file", "download_fileobj")
"""Methods of resources of S3 that are no actions of their model."""
_OPEN = ("read_", "scan_", "sink_", "to_", "write_")
"""How functions of libraries for tables begin that open what an address names."""
_TABLES = frozenset(
    f"{verb}_{kind}"
    for verb in ("read", "scan", "sink", "to", "write")
    for kind in (
        "csv",
        "delta",
        "excel",
        "feather",
        "ipc",
        "json",
        "ndjson",
        "orc",
        "parquet",
        "pickle",
        "table",
        "xml",
    )
)
_OF_TABLES = ("dask", "modin", "pandas", "polars", "pyarrow")
"""Libraries for tables."""
_OPENED = ("ParquetDataset", "ParquetFile", "dataset", "from_uri")
"""Others of these."""
EXTENSION = "localhost:2773"
"""Where the extension for parameters and secrets answers.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
"""
AGENT = ":2772/applications/"
"""Where the agent of AppConfig answers.

Source: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html
"""
_OF_CREDENTIALS = ("169.254.169.254", "169.254.170.2", "AWS_CONTAINER_CREDENTIALS_", "AWS_SECRET_ACCESS_KEY")
"""Where the runtime tells the credentials of a role."""
_OF_EXTENSION = ("/secretsmanager/get", "/systemsmanager/parameters/get")


def of_imports(file: Path, tree: ast.Module) -> Iterator[Unread]:
    """Yield the libraries that a module imports and that call AWS by themselves."""
    for node in syntax_of(tree).imports:
        named = [each.name for each in node.names]
        if isinstance(node, ast.ImportFrom):
            named = [node.module] if node.module and not node.level else []
        for library in dict.fromkeys(name.partition(".")[0] for name in named):
            if (found := libraries()["imports"].get(library)) and _is_used(library, found, tree):
                by = _by(library, found, file, node)
                needs = found.get("needs", {"": by.services}).items()
                yield from (replace(by, services=tuple(services), needs=name) for name, services in needs)


def _is_used(library: str, found: Mapping[str, Any], tree: ast.Module) -> bool:
    """Tell whether a module names what of a library calls AWS; of most it is all.

    What the module imports under such a name from elsewhere is another thing.
    """
    if "names" not in found:
        return True
    own: set[str] = set()
    others: set[str] = set()
    syntax = syntax_of(tree)
    for node in syntax.imports:
        if isinstance(node, ast.ImportFrom):
            is_own = not node.level and (node.module or "").partition(".")[0] == library
            (own if is_own else others).update(
                name for each in node.names for name in (each.name, each.asname or "")
            )
    named = own | ((syntax.whole.names | syntax.imported) - others)
    return not named.isdisjoint(found["names"])


def of_piece(
    file: Path, piece: Piece, values: Values, sites: Iterable[Site], sessions: AbstractSet[str]
) -> Iterator[Unread]:
    """Yield what a piece of code calls in a way that no line tells.

    Args:
        file: Where it stands.
        piece: The code, within whose names the values are looked up.
        values: What is known.
        sites: What was read of it.
        sessions: Names of sessions of the SDK, and of the SDK.
    """
    read = {(each.line, each.last_line) for each in sites}
    for node in piece.calls:
        if found := libraries()["calls"].get(last(node.func)):
            yield _by(last(node.func), found, file, node)
        elif isinstance(node.func, ast.Attribute) and (node.lineno, node.end_lineno) not in read:
            yield from _of_method(file, node, node.func, values)
        yield from _dynamic(file, node, values, sessions)
    yield from _kept(file, piece, values)
    yield from of_surroundings(file, piece)
    for each in piece.texts:
        if what := of_text(str(each.value)):
            yield Unread(file, each.lineno, *what, heard=False)


def of_text(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return what a text in code shows that it calls, and of which services; None if it shows nothing."""
    if any(each in text for each in (EXTENSION, *_OF_EXTENSION)):
        return "the extension for parameters and secrets", ("secretsmanager", "ssm")
    if text == "AWS4" or "AWS4-HMAC" in text:
        return "a request that is signed by hand", ANY
    if AGENT in text:
        return "the agent of AppConfig", ("appconfigdata",)
    if text.startswith("awsathena"):
        return "a database that is Athena", ("athena", "glue", "s3")
    if any(each in text for each in _OF_CREDENTIALS):
        return CREDENTIALS, ANY
    return None


def _dynamic(file: Path, node: ast.Call, values: Values, sessions: AbstractSet[str]) -> Iterator[Unread]:
    """Yield what only the run of a program tells: a method by its name, a file of S3."""
    name = last(node.func)
    if name == "getattr" and len(node.args) > 1:
        for owner in values.makers(node.args[0]):
            yield Unread(file, node.lineno, f"a method of {owner.service}", (owner.service,), heard=False)
        if is_session(node.args[0], sessions):
            yield Unread(file, node.lineno, "a client of a service that is a value", ANY)
    elif _calls_by_name(node):
        yield Unread(file, node.lineno, "a method that a value names", ANY, heard=False)
    elif (name.startswith(_OPEN) or name in _OPENED) and _is_of_s3(node, values):
        yield Unread(file, node.lineno, name, ("s3",))
    elif name in _TABLES and _is_told_elsewhere(node, values) and _has_tables(file):
        yield Unread(file, node.lineno, f"{name} of an address that a value names", ("s3",))


def _is_told_elsewhere(node: ast.Call, values: Values) -> bool:
    """Tell whether the event or a variable of the environment names what is opened."""
    given = [*node.args[:1], *(each.value for each in node.keywords)]
    return any(isinstance(values.of(each), Arrived | Variable) for each in given)


def _has_tables(file: Path) -> bool:
    """Tell whether a module imports a library for tables, which opens an address of S3 like any other."""
    return any(each.module.partition(".")[0] in _OF_TABLES for each in module_at(file).imports)


def _calls_by_name(node: ast.Call) -> bool:
    """Tell whether a method is called whose name is a value, of what may be a client: not of oneself."""
    inner = node.func
    if not isinstance(inner, ast.Call) or last(inner.func) != "getattr" or len(inner.args) < 2:
        return False
    return not isinstance(inner.args[1], ast.Constant) and last(inner.args[0]) not in ("self", "cls")


def _of_method(file: Path, node: ast.Call, method: ast.Attribute, values: Values) -> Iterator[Unread]:
    for owner in values.makers(method.value):
        told = method.attr == "get_waiter" and bool(_texts(node))
        # The name of a method that is handed over is read where it is.
        is_named = bool(_texts(node)) or any(last(each) == "__name__" for each in node.args)
        is_quiet = method.attr in _QUIET and (method.attr not in _NAMING or is_named)
        is_client = owner.resource is None and not is_quiet and method.attr.islower() and not told
        if is_client or (owner.resource and owner.service == "s3" and method.attr in _INJECTED):
            yield Unread(file, node.lineno, f"{method.attr} of {owner.service}", (owner.service,))


def _kept(file: Path, piece: Piece, values: Values) -> Iterator[Unread]:
    """Yield methods that are no operations, and collections of resources, where a name keeps them."""
    for each in piece.attributes:
        if each.attr in _NO_OPERATIONS:
            owners = values.makers(each.value)
            yield from (
                Unread(file, each.lineno, f"{each.attr} of {owner.service}", (owner.service,))
                for owner in owners
            )
    for node in piece.nodes:
        if isinstance(node, ast.Assign) and isinstance(kept := node.value, ast.Attribute):
            for owner in values.makers(kept.value):
                if owner.resource is not None and collection(owner.service, owner.resource, kept.attr):
                    what = f"{kept.attr} of {owner.service}"
                    yield Unread(file, node.lineno, what, (owner.service,))


def _by(name: str, found: Mapping[str, Any], file: Path, node: ast.stmt | ast.expr) -> Unread:
    return Unread(file, node.lineno, name, tuple(found["services"]), heard=found.get("heard", True))


def _texts(node: ast.Call) -> list[str]:
    given = [*node.args, *(each.value for each in node.keywords)]
    return [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _is_of_s3(node: ast.Call, values: Values) -> bool:
    """Tell whether the first argument, or one with a name, begins with the address of an object."""
    given = [*node.args[:1], *(each.value for each in node.keywords)]
    return any(str(_beginning(each, values)).startswith("s3://") for each in given)


def _beginning(text: ast.expr, values: Values) -> Any:
    """Return what a text begins with, however it is put together."""
    match text:
        case ast.JoinedStr([first, *_]) | ast.BinOp(left=first):
            return _beginning(first, values)
        case ast.Call(func=ast.Attribute(value=first, attr="format")):
            return _beginning(first, values)
        case ast.Constant(value=value):
            return value
    return values.of(text)
