"""Reads handlers in TypeScript and JavaScript: commands that are made and methods of clients that are called.

No parser is needed for what is looked for: `new GetItemCommand({…})`, `paginateQuery({…}, {…})` and
`client.getItem({…})` of a client that was made with `new`. Comments are left out, and strings are kept whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wellmade.prove.code.script_imports import files_of, imports_in
from wellmade.prove.reading import script_unread, strangers
from wellmade.prove.reading.script_blocks import blocks_of, reached, reached_places
from wellmade.prove.reading.script_classes import own_objects
from wellmade.prove.reading.script_hidden import Held, hidden_in, holders
from wellmade.prove.reading.script_names import (
    CLIENTS,
    DOCUMENTS,
    OLD,
    OLD_CLASSES,
    client_of,
    known,
    operations_of,
    plain,
)
from wellmade.prove.reading.script_options import of_options
from wellmade.prove.reading.script_surroundings import of_surroundings
from wellmade.prove.reading.script_tokens import places_of, source_of, tokens_of
from wellmade.prove.reading.script_values import behind_argument, constants_of, literal
from wellmade.prove.reading.sites import ANY, Site, Unread

_ALIAS = re.compile(r"\b([A-Z]\w*)(?:\s+as\s+|\s*:\s*)((?:[^\W\d]|\$)[\w$]*)(?=\s*[,}])")
"""A class that is imported under another name."""
_POST = "createPresignedPost"
"""Makes a form that uploads an object with the rights of who made it."""
_PACKAGE = re.compile(r"@aws-sdk/(client|lib)-([a-z0-9-]+)(?:/|$)")


def read(entry: Path, handler: str, roots: Sequence[Path]) -> tuple[list[Site], list[Unread]]:
    """Return what a handler may call, and what it may call that no line tells, in all modules of its project.

    Args:
        entry: Module of the handler.
        handler: The function in it.
        roots: Folders that imports start from.
    """
    modules = [_Module(file) for file in files_of(entry, roots)]
    names = reached([(module.tokens, module.blocks) for module in modules], handler)
    shared = {name: made for module in modules for name, made in module.made.items()}
    classes = {name for module in modules for name in module.classes}
    for module in modules:
        module.made = {**shared, **module.made}
        module.classes = classes
    sites = list(dict.fromkeys(site for module in modules for site in module.sites(names)))
    unread = [each for module in modules for each in module.unread(names, roots)]
    told = {site.service for site in sites} | {service for each in unread for service in each.services}
    for module in modules:
        unread += module.clients(names, told)
    return sites, list(dict.fromkeys(unread))


class _Module:
    """One file: its tokens, what it imports of the SDK, and the constants and clients that it names."""

    def __init__(self, file: Path) -> None:
        source = source_of(file)
        self._file = file
        self.tokens = tokens_of(source)
        self.blocks = blocks_of(self.tokens)
        self._imports = list(imports_in(source))
        self._aliases = {new: old for old, new in _ALIAS.findall(source)}
        packages = [found for name in self._imports if (found := _PACKAGE.search(name))]
        self._services = [CLIENTS.get(name[2], name[2]) for name in packages if name[1] == "client"]
        self._documents = any(name[1] == "lib" and name[2] == "dynamodb" for name in packages)
        self._old = any(f"{name}/".startswith("aws-sdk/") for name in self._imports)
        self._constants = constants_of(self.tokens)
        self._old_classes = dict(OLD_CLASSES.findall(source))
        self._words = self.tokens.places.keys()
        self._news = places_of(self.tokens, "new")
        self.classes = {self._text(at + 1) for at in places_of(self.tokens, "class")}
        self.made: dict[str, tuple[str, bool]] = self._read_clients()
        self._at: frozenset[str] | None = None
        self._is_reached: Sequence[bool] = ()

    def sites(self, names: frozenset[str]) -> Iterator[Site]:
        """Yield each command and each method of a client, in functions of these names or in none."""
        paginators = [word for word in self._words if word.startswith("paginate")]
        for index in self._reached(names, "new", ".", _POST, *paginators):
            token = self.tokens[index]
            if token.text == "new":
                yield from self._command(index)
            elif token.text.startswith("paginate") and self._text(index + 1) == "(":
                yield from self._paginator(index)
            elif token.text == _POST and self._text(index + 1) == "(":
                yield self._site(index, "s3", "PutObject", behind_argument(self.tokens, index + 2))
            elif token.text == "." and self._text(index + 2) == "(":
                yield from self._method(index)

    def unread(self, names: frozenset[str], roots: Sequence[Path]) -> Iterator[Unread]:
        """Yield what is called in a way that no line tells."""
        yield from strangers.of_imports(self._file, self._imports, roots)
        reached = self._reached(names)
        yield from script_unread.of_tokens(self._file, self.tokens, reached, self.made, self._services)
        is_reached = frozenset(reached)
        for at, what in of_surroundings(self.tokens, is_old=self._old):
            if at in is_reached:
                yield Unread(self._file, self.tokens[at].line, what, ANY, heard=False)
        for line, what, service in hidden_in(self.tokens, reached, self._is_read, self._held()):
            services = (service,) if service else tuple(self._services) or ANY
            yield Unread(self._file, line, what, services, heard=service != "*")

    def _reached(self, names: frozenset[str], *texts: str) -> list[int]:
        """Return the places of what the handler reaches, of these texts alone if there are any."""
        if self._at != names:
            self._at, self._is_reached = names, reached_places(self.blocks, names, len(self.tokens))
        places = places_of(self.tokens, *texts) if texts else range(len(self.tokens))
        return [index for index in places if self._is_reached[index]]

    def _is_read(self, dot: int) -> bool:
        return self._text(dot) == "." and self._text(dot + 2) == "(" and any(self._method(dot))

    def _held(self) -> Held:
        commands = [name for name in self._words if any(self._wanted(self._aliases.get(name, name)))]
        clients = {self._text(at - 2): made for at in self._news if (made := self._client_made(at))}
        clients = {name: made for name, made in clients.items() if name[:1].isalpha()}
        used = [held for at in self._news if (held := self._service_made(self._following(at)))]
        services = {service for service, _ in (*self.made.values(), *used)}
        methods = {
            method: service
            for service in services
            for method in operations_of(service)
            if not method.islower()
        }
        own = {block.name for block in self.blocks} | self.classes
        objects = frozenset(own_objects(self.tokens, self.classes)) - {*clients}
        return Held(frozenset(commands), clients | holders(self.tokens, clients), methods, own, objects)

    def clients(self, names: frozenset[str], told: set[str]) -> Iterator[Unread]:
        """Yield the clients that are made and of which no call is read, once for each service."""
        for index in self._reached(names, "new"):
            token = self.tokens[index]
            service = self._client_made(index)
            if service:
                yield from of_options(self._file, self.tokens, index, service, self._constants)
            if service and service not in told:
                told.add(service)
                yield Unread(self._file, token.line, f"a client of {service}", (service,))

    def _client_made(self, index: int) -> str:
        words = self._following(index)
        if made := self._service_made(words):
            return made[0]
        while words[2:3] == ["."]:
            words = words[2:]
        name = self._aliases.get(words[1], words[1])
        found = [
            each
            for each in self._services
            if plain(name) in (f"{plain(each)}client", client_of(each, CLIENTS))
        ]
        return found[0] if found else ""

    def _command(self, index: int) -> Iterator[Site]:
        while self._text(index + 2) == ".":  # in bundles the class stands behind its module
            index += 2
        name = self._aliases.get(self._text(index + 1), self._text(index + 1))
        if self._text(index + 2) != "(":
            return
        for service, wanted in self._wanted(name):
            yield self._site(index, service, wanted, index + 3)
            return

    def _wanted(self, command: str) -> Iterator[tuple[str, str]]:
        """Yield the service and the operation of a class of commands; none of what is no such class."""
        operation = command.removesuffix("Command")
        document = DOCUMENTS.get(f"{operation[:1].lower()}{operation[1:]}") if self._documents else None
        if command.endswith("Command") and command[:1].isupper():
            yield from self._candidates(operation, document)

    def _candidates(self, operation: str, document: str | None) -> Iterator[tuple[str, str]]:
        if document:
            yield "dynamodb", document
        for service in self._services:
            if operation in operations_of(service).values():
                yield service, operation

    def _paginator(self, index: int) -> Iterator[Site]:
        operation = self.tokens[index].text.removeprefix("paginate")
        comma = behind_argument(self.tokens, index + 2)
        for service, wanted in self._candidates(operation, DOCUMENTS.get(operation.lower())):
            yield self._site(index, service, wanted, comma)
            return

    def _method(self, index: int) -> Iterator[Site]:
        owner, method = self._text(index - 1), self._text(index + 1)
        if owner in ("?", "!"):
            owner = self._text(index - 2)
        service, document = self.made.get(owner, ("", False))
        operation = DOCUMENTS.get(method) if document else operations_of(service).get(method)
        if service and operation:
            yield self._site(index, service, operation, index + 3)

    def _site(self, index: int, service: str, operation: str, argument: int) -> Site:
        value, end = literal(self.tokens, argument, self._constants)
        first, last = self.tokens[index], self.tokens[min(end, len(self.tokens) - 1)]
        arguments = value if isinstance(value, Mapping) else {}
        return Site(self._file, first.line, last.line, service, operation, known(arguments))

    def _read_clients(self) -> dict[str, tuple[str, bool]]:
        """Read which names hold a client: service, and whether it is DynamoDB's document client."""
        made: dict[str, tuple[str, bool]] = {}
        for sign in places_of(self.tokens, ":", "="):
            if self._text(sign) == ":":
                held = self._typed(self._text(sign + 1))
            else:
                held = self._service_made(self._following(sign + 1))
            if held:
                made[self._text(sign - 1)] = held
        return made

    def _typed(self, name: str) -> tuple[str, bool] | None:
        """Return which client a parameter or a field of a type holds, if it has a method for each call."""
        if name in ("DynamoDBDocument", "DocumentClient"):
            return "dynamodb", True
        service = OLD.get(name) or CLIENTS.get(name.lower(), name.lower())
        return (service, False) if service in self._services and operations_of(service) else None

    def _service_made(self, words: Sequence[str]) -> tuple[str, bool] | None:
        line = "".join(words)
        if "DocumentClient" in words or line.startswith(
            ("DynamoDBDocument.from", "DynamoDBDocumentClient.from")
        ):
            return "dynamodb", True
        if words[0] != "new":
            return None
        name = words[3] if words[2] == "." else self._aliases.get(words[1], words[1])
        name = self._old_classes.get(name, name)
        service = OLD.get(name) or CLIENTS.get(name.lower(), name.lower())
        aggregated = service in self._services and not name.endswith("Client")
        return (service, False) if (self._old or aggregated) and operations_of(service) else None

    def _following(self, index: int) -> list[str]:
        return [self._text(at) for at in range(index, index + 6)]

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""
