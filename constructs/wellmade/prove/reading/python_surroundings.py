"""What Python changes of the SDK's surroundings, or takes of its credentials: whose rights are used then?

Variables that the SDK reads, a default session, requests without a signature.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from wellmade.prove.code.python_trees import tree_of
from wellmade.prove.code.syntax import Piece, syntax_of
from wellmade.prove.reading.python_expressions import is_environment, last, named
from wellmade.prove.reading.sites import ANY, Unread

CHANGES = frozenset({
    "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_PROFILE",
    "AWS_REGION", "AWS_ROLE_ARN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
})  # fmt: skip
"""Variables by which the SDK finds region and credentials.

Source: https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html
"""
CREDENTIALS = "credentials that the code takes itself"
SIGNED = "a request that RequestSigner signs"
_TAKES = ("get_credentials", "get_frozen_credentials")
_SIGNERS = ("AWS4Auth", "RequestSigner", "SigV4", "Signer")
"""Parts of the names of what signs with credentials, and has a row of its own."""
_SETS = ("__setitem__", "putenv", "setdefault", "update")


def of_surroundings(file: Path, piece: Piece) -> Iterator[Unread]:
    """Yield what a piece of code changes or takes."""
    for node in piece.nodes:
        for name in _set_by(node):
            yield Unread(file, getattr(node, "lineno", 1), f"{name}, which the code sets", ANY, heard=False)
    for call in piece.calls:
        if last(call.func) == "RequestSigner":
            service = _signed_for(call)
            yield Unread(
                file, call.lineno, f"{SIGNED}{f' for {service}' if service != '*' else ''}", (service,)
            )
        if last(call.func) == "setup_default_session" and (call.keywords or call.args):
            yield Unread(file, call.lineno, "a default session with options", ANY, heard=False)
        elif last(call.func) in _TAKES and not _signs(file):
            yield Unread(file, call.lineno, CREDENTIALS, ANY, heard=False)
        elif any(last(each.value) == "UNSIGNED" for each in call.keywords):
            yield Unread(file, call.lineno, "requests that are not signed", ANY, heard=False)


def _signed_for(signer: ast.Call) -> str:
    """Return the service that a signer signs for; `*` where that is no text."""
    told = named(signer, "signing_name") or (signer.args[2] if len(signer.args) > 2 else None)
    return str(told.value) if isinstance(told, ast.Constant) else "*"


def _set_by(node: ast.AST) -> list[str]:
    """Return which of these variables a statement or a call sets."""
    match node:
        case ast.Assign(targets=targets):
            found = [
                each.slice
                for each in targets
                if isinstance(each, ast.Subscript) and is_environment(each.value)
            ]
            return _changing(found)
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _SETS:
            if is_environment(owner) or method == "putenv":
                keys = [key for each in node.args if isinstance(each, ast.Dict) for key in each.keys if key]
                named = [each.arg for each in node.keywords if each.arg in CHANGES]
                return [*_changing([*node.args[:1], *keys]), *filter(None, named)]
    return []


def _changing(keys: list[ast.expr]) -> list[str]:
    return [str(each.value) for each in keys if isinstance(each, ast.Constant) and each.value in CHANGES]


def _signs(file: Path) -> bool:
    """Tell whether a module names what signs: what is done with its credentials is told there."""
    tree = tree_of(file)
    names = syntax_of(tree).whole.names if tree else frozenset()
    return any(part in name for name in names for part in _SIGNERS)
