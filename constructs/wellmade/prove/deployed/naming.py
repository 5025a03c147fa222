"""How values of the templates read once deployed: one name for each resource, one token for each unknown.

A resource that no template names gets its logical id for a name. That is as good as any: what is compared
is which resource a policy and a call mean, not how it is called.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from wellmade.facts.partitions import partition_of, url_suffix
from wellmade.facts.s3_actions import ALIAS
from wellmade.graph import Attribute, Graph, Pseudo, Resource, Text, Unknown, Value, options
from wellmade.prove.deployed import machine_names
from wellmade.prove.deployed.places import ACCOUNT, REGION, Place, has_replica
from wellmade.prove.deployed.shapes import SHAPES, Shape, shape_of
from wellmade.prove.deployed.unknowns import Unknowns, has_unknown, named_in

_NAME_ATTRIBUTES = ("Ref", "Name", "Id")
_VERSION = "AWS::Lambda::Version"
_QUALIFIED = ("AWS::Lambda::Alias", _VERSION, *machine_names.QUALIFIED)
_CONSUMER = "AWS::Kinesis::StreamConsumer"
_NUMBERED = (_VERSION, machine_names.VERSION)
_FIELD = re.compile(r"(\w[\w.]*)([:/])(\d+)")
"""An attribute of which a template takes one field, such as `Arn:5`."""
STREAM = "/stream/2026-01-01T00:00:00.000"
"""Stands for the label that DynamoDB gives to a stream."""

_WITH_PATHS = ("AWS::IAM::InstanceProfile", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User")
"""Resources whose ARN has their path."""


class Naming:
    """The names and ARNs of a graph's resources.

    Args:
        graph: The templates.
        account: Number of the account that they are deployed to. Default: one for documentation.
        region: Region that they are deployed to. Default: us-east-1.
        told: Values that no template tells, by what they are called there: a parameter's name, the name of
            an export or of an SSM parameter, a condition key. Default: none.
        beside: The names of the same templates whatever their conditions; what is not deployed is still
            called as there. Default: the graph is all that there is.
        places: By name of a stack where it is deployed, if it is elsewhere. Default: all are in one place.
    """

    def __init__(
        self,
        graph: Graph,
        account: str = ACCOUNT,
        region: str = REGION,
        told: Mapping[str, str] | None = None,
        beside: "Naming | None" = None,
        places: Mapping[str, Place] | None = None,
    ) -> None:
        self.graph = graph
        self.account = account
        self.region = region
        self.unknowns: Unknowns = beside.unknowns if beside else Unknowns()
        self.resources: Mapping[str, Resource] = beside.resources if beside else graph.resources
        self.told: Mapping[str, str] = dict(told or {})
        """Values that no template tells, by what reports call them."""
        self._places = {name: place.whole() for name, place in (places or {}).items()}
        self._pseudo = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": partition_of(region),
            "AWS::URLSuffix": url_suffix(region),
        }
        ids = Counter((resource.type, resource.logical_id) for resource in self.resources.values())
        self._shared = {key for key, count in ids.items() if count > 1}
        self._names: dict[str, str] = {}
        self._arns: dict[str, str] = {}

    @property
    def settled(self) -> Mapping[str, str]:
        """What parameters read, as far as it is known here; pseudo parameters among them."""
        return {**self._pseudo, **self.told}

    def texts(self, value: Value) -> list[str]:
        """Return what a value reads; several texts where a condition decides."""
        return list(dict.fromkeys(self._read(option) for option in options(value)))

    def all(self, values: Iterable[Value]) -> list[str]:
        """Return what several values read."""
        return list(dict.fromkeys(text for value in values for text in self.texts(value)))

    def arns(self, values: Iterable[Value]) -> list[str]:
        """Return what several values read where an ARN stands; one that is wholly unknown is still an ARN."""
        found = (self._as_arn(option) for value in values for option in options(value))
        return list(dict.fromkeys(found))

    def _as_arn(self, option: Value) -> str:
        text = self._read(option)
        if isinstance(option, Attribute) and ":" not in text and not has_unknown(text):
            resource = self.graph.resources.get(option.resource_id)
            if resource and resource.type not in SHAPES:  # its `Ref` may be an ARN, which is not known here
                text = self.unknowns.token(f"{option.name} of {resource.logical_id}")
        return f"arn:{text}" if has_unknown(text[:1]) else text

    def name(self, resource: Resource) -> str:
        """Return the name of a resource: the one that its template gives, or its logical id."""
        if resource.id not in self._names:
            self._names[resource.id] = resource.logical_id  # for one whose name leads back to itself
            self._names[resource.id] = self._named(resource)
        return self._names[resource.id]

    def arn(self, resource: Resource) -> str:
        """Return the ARN of a resource; of a version or an alias, that of its function or machine with it."""
        if resource.id not in self._arns:
            self._arns[resource.id] = self._arn(resource)
        return self._arns[resource.id]

    def _arn(self, resource: Resource) -> str:
        if resource.type in _QUALIFIED:
            return self._qualified(resource)
        if resource.type == _CONSUMER:  # the time of its registration ends its ARN
            return f"{self.arns([resource.get('StreamARN')])[0]}/consumer/{self.name(resource)}:1"
        shape = shape_of(resource)
        name = self._in_arn(resource)
        place = self._place_in_arn(resource, shape)
        partition = partition_of(self.place_of(resource).region)
        return f"arn:{partition}:{shape.service}:{place}:{shape.prefix}{name}{shape.suffix}"

    @property
    def partition(self) -> str:
        """The partition that everything is deployed to: accounts of one reach nothing of another."""
        return partition_of(self.region)

    def place_of(self, resource: Resource) -> Place:
        """Return account and region of a resource: those of its stack, or here if it has a replica here."""
        place = self._places.get(resource.stack) or Place(self.account, self.region)
        return place._replace(region=self.region) if has_replica(resource, self.region) else place

    def _place_in_arn(self, resource: Resource, shape: Shape) -> str:
        account, region = self.place_of(resource)
        return shape.place.format(region=region, account=account)

    def open_arn(self, resource: Resource) -> str:
        """Return the ARN to which a call adds what it means of the resource; that of a secret is whole."""
        shape = shape_of(resource)
        arn = self.arn(resource)
        return arn if shape.service == "secretsmanager" else arn.removesuffix(shape.suffix or "\0")

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str, str, str], str]:
        """The ARNs of all resources by service, region, account and name."""
        found = {}
        for resource in self.graph.of_type(*SHAPES):
            shape = shape_of(resource)
            region, _, account = self._place_in_arn(resource, shape).partition(":")
            for name in (self.name(resource).lstrip("/"), self._in_arn(resource)):
                found[shape.service, region, account, f"{shape.prefix}{name}"] = self.open_arn(resource)
        return found

    def _in_arn(self, resource: Resource) -> str:
        """Return the name of a resource as its ARN has it: behind its path, and without a slash before it."""
        name = self.name(resource)
        if resource.type not in _WITH_PATHS:
            return name.lstrip("/") if shape_of(resource).service == "ssm" else name
        path = next(iter(self.texts(resource.get("Path"))), "").lstrip("/")
        return f"{path}{name}"

    def _named(self, resource: Resource) -> str:
        given = shape_of(resource).named_by
        found = next(options(resource.get(given)), None) if given else None
        if isinstance(found, str | Text | Pseudo | Attribute):
            return self._read(found)
        if (resource.type, resource.logical_id) not in self._shared:
            return resource.logical_id
        return f"{re.sub(r'[^A-Za-z0-9]+', '-', resource.stack)}-{resource.logical_id}"

    def _read(self, value: Value) -> str:
        parts = value.parts if isinstance(value, Text) else (value,)
        return "".join(self._part(part) for part in parts)

    def _part(self, part: Value) -> str:
        match part:
            case bool():
                return str(part).lower()
            case str() | int() | float():
                return str(part)
            case Pseudo(name, _):
                # A part of the stack's id stands in names: what it reads must not look like part of an ARN.
                return self._pseudo.get(name) or re.sub(r"[^A-Za-z0-9]+", "-", name)
            case Attribute(resource_id, attribute) if resource_id in self.resources:
                resource = self.graph.resources.get(resource_id) or self.resources[resource_id]
                field = _FIELD.fullmatch(attribute)
                return (
                    self._field(resource, *field.groups()) if field else self._attribute(resource, attribute)
                )
            case Unknown(reason):
                return self._unknown(reason)
        return self._unknown(f"{part}")

    def _unknown(self, reason: str) -> str:
        told = next((self.told[name] for name in named_in(reason) if name in self.told), None)
        return told if told is not None else self.unknowns.token(reason)

    def _attribute(self, resource: Resource, attribute: str) -> str:
        shape = shape_of(resource)
        if special := self._special(resource, attribute):
            return special
        if resource.type in _QUALIFIED or attribute == "Arn" or (attribute == "Ref" and shape.ref == "arn"):
            return self.arn(resource)
        if (attribute == "Ref" and shape.ref == "url") or attribute == "QueueUrl":
            account, region = self.place_of(resource)
            return f"https://sqs.{region}.{url_suffix(region)}/{account}/{self.name(resource)}"
        if attribute in _NAME_ATTRIBUTES or attribute == shape.named_by or attribute.endswith(("Name", "Id")):
            return self.name(resource)
        is_arn = attribute.endswith("Arn") and attribute != "ProviderArn" and resource.type in SHAPES
        return self.arn(resource) if is_arn else self.unknowns.token(f"{attribute} of {resource.logical_id}")

    def _special(self, resource: Resource, attribute: str) -> str:
        """Return what reads unlike the attributes of all other types; empty of these."""
        if attribute in ("StreamArn", "LatestStreamArn"):
            return f"{self.arn(resource)}{STREAM}"
        if (resource.type, attribute) == (_CONSUMER, "ConsumerARN"):
            return self.arn(resource)
        if resource.type == "AWS::S3::AccessPoint" and attribute == "Alias":
            return f"{resource.logical_id}{ALIAS[0]}"
        return self._qualifier(resource) if (resource.type, attribute) == (_VERSION, "Version") else ""

    def _field(self, resource: Resource, attribute: str, delimiter: str, index: str) -> str:
        """Return a field of an ARN or a URL; what a name is made of is not known."""
        text = self._attribute(resource, attribute)
        fields = text.split(delimiter)[: int(index) + 1]
        known = text.startswith("https://") if delimiter == "/" else text.startswith("arn:")
        if known and not any(map(has_unknown, fields)) and int(index) < len(fields):
            return fields[int(index)]
        return self.unknowns.token(f"{attribute}{delimiter}{index} of {resource.logical_id}")

    def _qualified(self, resource: Resource) -> str:
        is_machine = resource.type in machine_names.QUALIFIED
        owner = (
            machine_names.machine_of(self.graph, resource) if is_machine else self.graph.function(resource)
        )
        if owner is None:
            kind = "state machine" if is_machine else "function"
            return f"arn:{self.unknowns.token(f'the {kind} behind {resource.logical_id}')}"
        return f"{self.arn(owner)}:{self._qualifier(resource)}"

    def _qualifier(self, resource: Resource) -> str:
        """Return the name of an alias; the number of a version is not known before it is deployed."""
        if resource.type in _NUMBERED:
            return self.unknowns.token(f"the number of {resource.logical_id}")
        return next(iter(self.texts(resource.get("Name"))), "")
