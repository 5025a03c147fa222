"""Control flow of mapping templates: conditions, loops, and what a template says of the answer itself.

Apache Velocity, whose language API Gateway takes: https://velocity.apache.org/engine/1.7/user-guide.html
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import apigateway_v1

_DIRECTIVE = re.compile(
    r"#(?:\{(?P<braced>else|end|break)\}|(?P<name>if|elseif|else|end|foreach|break)\b"
    r"|set\(\s*\$context\.responseOverride\.(?P<what>status|header\.[\w-]+)\s*=)"
)
_COMMENT = re.compile(r"##[^\n]*\n?|#\*.*?\*#", re.DOTALL)
_EACH = re.compile(r"\s*\$!?\{?(\w+)\}?\s+in\s+(.+)", re.DOTALL)
Token = tuple[str, str]


@dataclass(frozen=True)
class Text:
    """What is written, with its references and what it sets."""

    source: str


@dataclass(frozen=True)
class Override:
    """A status or a header of the answer: `status`, or `header.` and its name."""

    what: str
    value: str


@dataclass(frozen=True)
class Choice:
    """The first branch whose condition holds; that of `#else` has none."""

    branches: "tuple[tuple[str | None, Block], ...]"


@dataclass(frozen=True)
class Loop:
    """What is written for each value of a list or of a map."""

    name: str
    source: str
    body: "Block"


@dataclass(frozen=True)
class Break:
    """The end of the loop around it."""


Node = Text | Override | Choice | Loop | Break
Block = tuple[Node, ...]


def parsed(template: str) -> Block:
    """Return the blocks of a template."""
    tokens = iter([*_tokens(_COMMENT.sub("", template)), ("end", "")])
    return _block(tokens)[0]


def _tokens(template: str) -> Iterator[Token]:
    at = 0
    while found := _DIRECTIVE.search(template, at):
        yield "text", template[at : found.start()]
        at, name = found.end(), found["braced"] or found["name"]
        if found["what"]:
            end = apigateway_v1._vtl_close_paren(template, template.index("(", found.start()))
            yield found["what"], template[at:end]
            at = end + 1
        elif name in ("if", "elseif", "foreach"):
            start = template.index("(", at)
            end = apigateway_v1._vtl_close_paren(template, start)
            yield name, template[start + 1 : end]
            at = end + 1
        else:
            yield name, ""
    yield "text", template[at:]


def _block(tokens: Iterator[Token]) -> tuple[Block, Token]:
    """Return what comes up to the end of a block, and what ended it."""
    nodes: list[Node] = []
    for kind, text in tokens:
        if kind in ("end", "else", "elseif"):
            return tuple(nodes), (kind, text)
        nodes.append(_node(kind, text, tokens))
    return tuple(nodes), ("end", "")


def _node(kind: str, text: str, tokens: Iterator[Token]) -> Node:
    if kind == "text":
        return Text(text)
    if kind == "break":
        return Break()
    if kind == "if":
        return Choice(tuple(_branches(text, tokens)))
    if kind == "foreach":
        found = _EACH.fullmatch(text)
        return Loop(found[1] if found else "", found[2] if found else "", _block(tokens)[0])
    return Override(kind, text)


def _branches(condition: str | None, tokens: Iterator[Token]) -> Iterator[tuple[str | None, Block]]:
    ended = "elseif"
    while ended in ("elseif", "else"):
        block, (ended, following) = _block(tokens)
        yield condition, block
        condition = following if ended == "elseif" else None


def items_of(value: Any) -> Iterable[Any]:
    """Return what a loop walks over: of a map its values, of anything that is no collection nothing."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []
