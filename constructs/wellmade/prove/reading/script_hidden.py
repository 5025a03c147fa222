"""What scripts call under another name: commands and methods kept, clients that others get, programs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from wellmade.prove.reading.script_programs import STARTS, children_of, starts
from wellmade.prove.reading.script_tokens import QUOTES, Token, places_of

_LOADERS = {
    "createRequire",
    "getBuiltinModule",
    "runInContext",
    "runInNewContext",
    "runInThisContext",
    "compileFunction",
    "dlopen",
}
_TELLING = {*_LOADERS, *STARTS, "eval", "Function", "require", "import", "Worker", "constructor", "send"}
"""Words that tell that something is loaded, started or sent."""
_LOOKS = re.compile(
    r"^(?:paginate\w*|waitUntil\w*|getSignedUrl|createPresignedPost|captureAWS\w*|if|while|switch|String|Boolean)$"
)
"""What calls nothing of a client that it gets, or is read elsewhere."""
_LOOKS_OF = {"DynamoDBDocument": {"from"}, "DynamoDBDocumentClient": {"from"}}
_LOGS = {"debug", "error", "info", "log", "trace", "warn"}
_LOGGERS = ("console", "log", "logger")
"""How the names of loggers end, whose methods call nothing either."""
_TYPES = {"instanceof", "<", "|", "&", "extends", "typeof", "type", "new", "class"}
"""What stands before the name of a class where nothing is made of it, or right there."""


@dataclass(frozen=True)
class Held:
    """What a script has of the SDK.

    Args:
        commands: Names of classes of commands.
        clients: Names that hold a client, with its service.
        methods: Methods of clients that have one for each call, with a service.
        own: Names of the project's own functions and classes.
        objects: Names of objects of these classes, and of modules and objects of the project.
    """

    commands: AbstractSet[str]
    clients: Mapping[str, str]
    methods: Mapping[str, str]
    own: AbstractSet[str]
    objects: AbstractSet[str] = frozenset()


def hidden_in(
    tokens: Sequence[Token], reached: Iterable[int], is_read: Callable[[int], bool], held: Held
) -> Iterator[tuple[int, str, str]]:
    """Yield lines with what they may call and the service that it is of, `*` for any.

    Args:
        tokens: Of a script.
        reached: Places of those that the handler reaches.
        is_read: Tells whether the call of a method is read, by the place of the dot before it.
        held: What it has of the SDK.
    """
    imports = _imports(tokens)
    children = children_of(tokens)
    wanted = {*held.commands, *held.clients, *held.methods, *_TELLING, *children}
    for at in reached:
        text, line = tokens[at]
        if text not in wanted:
            continue
        if children and (what := starts(tokens, at, children, is_import=at in imports)):
            yield line, what, "*"
            continue
        if at in imports:
            continue
        if what := _program(tokens, at):
            yield line, what, "*"
        elif (text in held.commands and _is_kept(tokens, at)) or (
            text == "send" and _text(tokens, at + 1) == "(" and _made_elsewhere(tokens, at + 2, held.own)
        ):
            yield line, "a command that a value names", ""
        elif text in held.clients and _is_given(tokens, at, held.own):
            yield line, f"a client of {held.clients[text]}", held.clients[text]
        elif text in held.methods and not _is_of_own(tokens, at, held) and not is_read(at - 1):
            yield line, f"{text} of what may be a client of {held.methods[text]}", held.methods[text]


def _is_of_own(tokens: Sequence[Token], at: int, held: Held) -> bool:
    """Tell whether a name is of a function of the project's own: of no other object's method."""
    if tokens[at].text not in held.own:
        return False
    owner = _text(tokens, at - 2 - (_text(tokens, at - 2) in ("?", "!")))
    return _text(tokens, at - 1) != "." or owner in held.objects | {"this", "super", "exports"}


def _is_kept(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a class of commands is a value, a base, or made in a way that is not read."""
    before = _text(tokens, at - 1)
    if before == "extends":
        return _text(tokens, at - 3) == "class"
    return before not in _TYPES or (before == "new" and _text(tokens, at + 1) != "(")


def _program(tokens: Sequence[Token], at: int) -> str:
    """Return what a name loads or starts that no text tells; empty if it does not."""
    text, before, behind = tokens[at].text, _text(tokens, at - 1), _text(tokens, at + 1)
    if text in _LOADERS or (text == "eval" and before != ".") or (text == "Function" and behind == "("):
        return f"what {text} loads"
    if text == "constructor" and before == "." and behind == "(":
        return "what constructor loads"
    if text == "require" and before != "." and not _names_module(tokens, at + 1):
        return "what require loads"
    if text == "import" and behind == "(" and not _names_module(tokens, at + 1):
        return "what import loads"
    if (
        text == "Worker"
        and before == "new"
        and any(each.text[1:-1].endswith("worker_threads") for each in tokens)
    ):
        return "what Worker loads"
    return ""


def _names_module(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether brackets hold the whole name of a module."""
    name = _text(tokens, at + 1)
    is_text = name[:1] in QUOTES and bool(name) and "${" not in name
    return _text(tokens, at) == "(" and is_text and _text(tokens, at + 2) in (")", ",")


def _made_elsewhere(tokens: Sequence[Token], at: int, own: AbstractSet[str]) -> bool:
    """Tell whether what is sent is made by a function that is not the project's own."""
    name = _text(tokens, at)
    return name[:1].isalpha() and name != "new" and name not in own and _text(tokens, at + 1) == "("


def _is_given(tokens: Sequence[Token], at: int, own: AbstractSet[str]) -> bool:
    """Tell whether a name is an argument of what is not the project's own, alone or in an object."""
    if _text(tokens, at + 1) not in (",", ")", "}", "]") or _text(tokens, at - 1) == ".":
        return False
    depth = 0
    for place in range(at - 1, max(at - 200, -1), -1):
        text = tokens[place].text
        depth += (text in (")", "}", "]")) - (text in ("(", "{", "["))
        if text in (";", "=>") and depth <= 0:
            return False
        if text == "(" and depth < 0:
            callee = _text(tokens, place - 1)
            return bool(callee[:1].isalpha() and callee not in own and not _looks(tokens, place - 1))
    return False


def _looks(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether the function of a name only looks at what it is given."""
    name, owner = tokens[at].text, _text(tokens, at - 2) if _text(tokens, at - 1) == "." else ""
    is_logger = owner.lower().endswith(_LOGGERS) and name in _LOGS
    return bool(_LOOKS.match(name)) or name in _LOOKS_OF.get(owner, ()) or is_logger


def _imports(tokens: Sequence[Token]) -> set[int]:
    """Return the places of statements that import, and of the names that are taken from `require`."""
    found: set[int] = set()
    for at in places_of(tokens, "import", "export", "require"):
        token = tokens[at]
        if (token.text in ("import", "export") and _text(tokens, at + 1) in ("{", "*", "type")) or (
            token.text == "import" and _text(tokens, at + 1) not in ("(", ".")
        ):
            here = range(at, min(at + 400, len(tokens)))
            end = next((to for to in here if tokens[to].text[:1] in QUOTES or tokens[to].text == ";"), at)
            found |= set(range(at, end + 1))
        elif token.text == "require" and _text(tokens, at - 1) == "=" and _text(tokens, at - 2) == "}":
            start = next((to for to in range(at - 2, max(at - 400, -1), -1) if tokens[to].text == "{"), at)
            found |= set(range(start, at))
    return found


def holders(tokens: Sequence[Token], clients: Mapping[str, str]) -> dict[str, str]:
    """Return the names of objects and lists that hold a client, with its service."""
    found: dict[str, str] = {}
    for sign in places_of(tokens, "="):
        at = sign - 1
        if at >= 0 and _text(tokens, at + 2) in ("{", "["):
            closing = "}" if tokens[at + 2].text == "{" else "]"
            end = next((to for to in range(at, min(at + 60, len(tokens))) if tokens[to].text == closing), at)
            for inside in tokens[at + 3 : end]:
                if inside.text in clients:
                    found[tokens[at].text] = clients[inside.text]
    return found


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""
