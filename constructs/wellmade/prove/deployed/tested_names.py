"""Which resource of the templates a name in the tests means.

Tests name buckets and tables as they like and tell the handler by environment variables; the template fills
the same variables with references. So a variable joins the two. What the handler learns from its event
instead (the bucket that a file arrived in) is joined by what stands upstream of the function.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wellmade.graph import Attribute, Edge, Graph, Kind, Resource, Text, Value, options
from wellmade.prove.calls import Call, NotToldError
from wellmade.prove.calls.functions import parsed
from wellmade.prove.deployed.machine_names import QUALIFIED
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.shapes import PREFIXES, SHAPES, shape_of
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.policy.arns import SEGMENTS, segments

_NAMED_BY = {"AWS::S3::Bucket": "Bucket"}
"""By type, the parameter of a call that names what arrives from upstream."""
_SECRET_SUFFIX = re.compile(r"-(\w{6}|\?{6})$")

Variables = Mapping[str, Sequence[str]]
"""Environment variable to the values that it had in the tests."""
_Group = tuple[str, ...]
"""What one name means: several where conditions of the template decide which of them is deployed."""
_Meant = tuple[tuple[str, str], str]
"""A service and a name in the tests, and the ARN of what is deployed."""


class TestedNames:
    """Translates ARNs of the tests of one workload into ARNs of what is deployed."""

    __test__ = False

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._resources: dict[tuple[str, str], dict[_Group, None]] = defaultdict(dict)
        self._plain: dict[str, dict[_Group, None]] = defaultdict(dict)
        self._own = naming.by_name

    def learn(self, workload: Resource, variables: Variables, calls: Iterable[Call]) -> None:
        """Join the names of the tests of one workload, by its variables and by what is upstream of it."""
        graph = self._naming.graph
        for variable, value in graph.environment_of(workload).items():
            for tested in variables.get(variable, ()):
                self._join(value, tested)
        known = {name for (service, name) in self._resources if service == "s3"}
        for resource in _upstream(graph, workload):
            if resource.type in _NAMED_BY:
                called = {call.text(_NAMED_BY[resource.type]) for call in calls} - {"", *known}
                called -= {self._naming.name(bucket) for bucket in graph.of_type(resource.type)}
                if not self._is_joined(resource) and len(called) == 1:
                    known |= called
                    self._add([self._named(resource, called.pop())])

    def learn_deployed(self, names: Mapping[str, str]) -> None:
        """Join what resources are called where the calls were heard: a name, an ARN or a URL, by id."""
        for key, name in names.items():
            resource = self._naming.graph.resources.get(key)
            if resource and name and resource.type in SHAPES:
                self._add([self._named(resource, _tested_name(resource, None, name))])

    def resolve(self, arn: str) -> Sequence[str]:
        """Return the ARN of what is deployed; several where conditions of the template decide which.

        Of another text, what a variable that held it in the tests reads once deployed.

        Raises:
            NotToldError: If the tests call two resources by one name.
        """
        if whole := self._plain.get(arn):
            return self._only(whole, arn)
        parts = segments(arn)
        if len(parts) != SEGMENTS:
            return (arn,)
        service, rest = parts[2], parts[5]
        for end in _ends(rest):
            head = rest[:end]
            if found := self._resources.get((service, head)):
                return self._extended(self._only(found, head), service, rest[end:])
            bare = _bare(service, head)
            if named := self._plain.get(bare):
                prefix = head.removesuffix(bare)
                place = ":".join(parts[:5])
                return [
                    f"{each if each.startswith('arn:') else f'{place}:{prefix}{each}'}{rest[end:]}"
                    for each in self._only(named, bare)
                ]
        for end in _ends(rest):
            if own := self._own.get((service, parts[3], parts[4], rest[:end])):
                return self._extended((own,), service, rest[end:])
        return (arn,)

    def _extended(self, arns: _Group, service: str, rest: str) -> list[str]:
        """Return ARNs with what a call means of the resource: of a function, a version or an alias."""
        ends: Sequence[str] = [rest]
        if service == "lambda" and rest.startswith(":") and (named := self._plain.get(rest[1:])):
            ends = [f":{each}" for each in self._only(named, rest[1:])]
        return [_extended(each, end) for each in arns for end in ends]

    def _only(self, found: Mapping[_Group, None], name: str) -> _Group:
        if len(found) > 1:
            every = dict.fromkeys(each for group in found for each in group)
            named = " and ".join(self._naming.unknowns.spell(each).rpartition(":")[2] for each in every)
            raise NotToldError(f"the tests call {named} all {name}; give them names of their own")
        return next(iter(found))

    def _is_joined(self, resource: Resource) -> bool:
        arn = self._naming.open_arn(resource)
        return any(arn in group for found in self._resources.values() for group in found)

    def _join(self, value: Value, tested: str) -> None:
        graph = self._naming.graph
        meant: list[_Meant] = []
        texts: list[str] = []
        for option in options(value):
            [text] = self._naming.texts(option) or [""]
            if function := self._function(option, text, tested):
                meant.append(function)
                continue
            resource = graph.target(option)
            if resource and resource.type in QUALIFIED and tested.startswith("arn:"):
                meant.append((("states", segments(tested)[-1]), text))
            elif resource and resource.type in SHAPES and _means(option):
                meant.append(self._named(resource, _tested_name(resource, option, tested)))
            elif text and (text != tested or has_unknown(text)):
                if tested.startswith("arn:"):
                    text = f"arn:{text}" if has_unknown(text[:1]) else text
                texts.append(text)
        self._add(meant)
        if texts:
            self._plain[tested][tuple(dict.fromkeys(texts))] = None

    def _function(self, option: Value, text: str, tested: str) -> _Meant | None:
        """Return which function a value means, and by which version or alias: IAM tells them apart."""
        read, called = parsed(text), parsed(tested)
        parts = option.parts if isinstance(option, Text) else ()
        found = filter(None, map(self._naming.graph.function, (option, *parts)))
        function = next((each for each in found if read and read.name == self._naming.name(each)), None)
        if not function or not read or not called:
            return None
        key = f"function:{called.name}:{called.qualifier}".removesuffix(":")
        return ("lambda", key), f"{self._naming.open_arn(function)}:{read.qualifier}".removesuffix(":")

    def _named(self, resource: Resource, name: str) -> _Meant:
        shape = shape_of(resource)
        called = name.lstrip("/") if shape.service == "ssm" else name
        return (shape.service, f"{shape.prefix}{called}" if called else ""), self._naming.open_arn(resource)

    def _add(self, meant: Iterable[_Meant]) -> None:
        """Join ARNs with what they are called; those of one call are told apart by conditions alone."""
        groups: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for key, arn in meant:
            if key[1]:
                groups[key][arn] = None
        for key, arns in groups.items():
            self._resources[key][tuple(arns)] = None


def _extended(arn: str, rest: str) -> str:
    """Return the ARN with what a call means of the resource; a secret's or an alias's is whole."""
    whole = (
        _SECRET_SUFFIX.fullmatch(rest)
        if ":secretsmanager:" in arn
        else _is_qualified(arn) and rest[:1] == ":"
    )
    return arn if whole else f"{arn}{rest}"


def _is_qualified(arn: str) -> bool:
    named = parsed(arn) if ":lambda:" in arn else None
    return bool(named and named.qualifier)


def _ends(rest: str) -> Iterator[int]:
    """Yield where the name may end, the longest name first."""
    yield len(rest)
    for end in range(len(rest) - 1, 0, -1):
        if rest[end] in ":/" or (rest[end] == "-" and _SECRET_SUFFIX.fullmatch(rest[end:])):
            yield end


def _bare(service: str, head: str) -> str:
    """Return the name without what stands before it in ARNs of the service."""
    before = [prefix for prefix in PREFIXES.get(service, ()) if prefix and head.startswith(prefix)]
    return head.removeprefix(max(before, key=len)) if before else head


def _means(value: Value) -> bool:
    """Tell whether a value means a resource itself: a reference, or an ARN, URL or name that holds one."""
    return not isinstance(value, Text) or any(isinstance(part, Attribute) for part in value.parts)


def _tested_name(resource: Resource, value: Value, tested: str) -> str:
    """Return the resource's name in what a variable read in the tests: a name, an ARN or a URL."""
    shape = shape_of(resource)
    if tested.startswith("arn:"):
        name = segments(tested)[-1].removeprefix(shape.prefix)
        name = _SECRET_SUFFIX.sub("", name) if shape.service == "secretsmanager" else name
        keeps = shape.service in ("ssm", "secretsmanager", "iam", "ecr", "logs")
        return name.removesuffix(":*") if keeps else re.split(r"[:/]", name, maxsplit=1)[0]
    if "://" in tested:
        return tested.partition("://")[2].split("/")[-1 if shape.service == "sqs" else 0]
    if isinstance(value, Text):
        first, last = value.parts[0], value.parts[-1]
        tested = tested.removeprefix(first) if isinstance(first, str) else tested
        tested = tested.removesuffix(last) if isinstance(last, str) else tested
    return tested


def _upstream(graph: Graph, function: Resource) -> Iterator[Resource]:
    """Yield what an event comes from before it reaches the function, nearest first."""
    waiting, seen = [function], {function.id}
    while waiting:
        for edge in graph.edges(target=waiting.pop()):
            if _brings_events(edge) and edge.source.id not in seen:
                seen.add(edge.source.id)
                waiting.append(edge.source)
                yield edge.source


def _brings_events(edge: Edge) -> bool:
    """Tell whether events come along an edge: directly, or from a bucket by a rule of EventBridge."""
    if edge.kind is Kind.ROUTES:
        return edge.target.type == "AWS::Events::Rule"
    return edge.kind in {Kind.POLLS, Kind.INVOKES_ASYNC, Kind.PUBLISHES}
