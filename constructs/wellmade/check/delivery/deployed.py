"""The names and ARNs of a graph's resources, so that one that CloudFormation generates equals no other."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from wellmade.graph import Graph, Resource, Value, is_known, options
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.shapes import shape_of
from wellmade.prove.deployed.unknowns import has_unknown

GENERATED = "-generatedbycloudformation"
"""Ends the name of what no template names; no policy names it by chance."""
_PLACE = re.compile(r"^arn:(?:aws[\w-]*|\*):([\w.-]+):([\w*-]*):(\d{12}|\*|)(?=:)")
_FUNCTION = re.compile(r"functions/(arn:.+?)/invocations$")
_ROOT = re.compile(r"^\d{12}$")


class Deployed(Naming):
    """A graph whose stacks all lie in one account and region, which literal ARNs may call by any number."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self._own: dict[str, str] = {}

    def texts(self, value: Value) -> list[str]:
        """Return what a value reads, with the one account and region in place of literal ones."""
        return list(dict.fromkeys(self._normal(text) for text in super().texts(value)))

    def arns(self, values: Iterable[Value]) -> list[str]:
        """Return what several values read where an ARN stands, with the one account and region too."""
        return list(dict.fromkeys(self._normal(arn) for arn in super().arns(values)))

    def name(self, resource: Resource) -> str:
        """Return the name that the template gives, or one that begins as CloudFormation's would."""
        if resource.id not in self._own:
            self._own[resource.id] = GENERATED
            self._own[resource.id] = self._found(resource)
        return self._own[resource.id]

    def arn(self, resource: Resource) -> str:
        """Return the ARN of a resource; that of a rule holds its bus, that of a destination an id."""
        arn = super().arn(resource)
        if resource.type == "AWS::Events::ApiDestination":
            return f"arn:aws:events:{self.region}:{self.account}:api-destination/{self.name(resource)}/x"
        bus = self._bus(resource) if resource.type == "AWS::Events::Rule" else "default"
        return arn if bus == "default" else arn.replace(":rule/", f":rule/{bus}/", 1)

    def _bus(self, rule: Resource) -> str:
        named = "".join(self.texts(rule.get("EventBusName"))[:1])
        return named.rpartition(":event-bus/")[2] or "default"

    @cached_property
    def by_arn(self) -> dict[str, Resource]:
        """Every resource by its ARN."""
        return {self.arn(resource): resource for resource in self.graph.resources.values()}

    def is_named(self, resource: Resource) -> bool:
        """Tell whether the template says the whole name, so that patterns in policies can be judged."""
        name = self.name(resource)
        return GENERATED not in name and not has_unknown(name) and "AWS-Stack" not in name

    def arns_of(self, value: Value) -> Iterator[str]:
        """Yield the ARNs that a value means, also by name, URL or invocation address; none is guessed."""
        for option in options(value):
            for text in self.texts(option):
                invoked = _FUNCTION.search(text)
                if invoked:
                    yield self._normal(invoked[1])
                elif text.startswith("arn:"):
                    yield text
                elif target := self.graph.target(option):
                    yield self.arn(target)

    def _found(self, resource: Resource) -> str:
        given = shape_of(resource).named_by
        value = next(options(resource.get(given)), None) if given else None
        if value is not None and is_known(value):
            return super().name(resource)
        if value is not None:
            return "".join(self.texts(value)[:1]) or GENERATED
        stack = re.sub(r"[^A-Za-z0-9]+", "-", resource.stack)
        name = f"AWS-StackName-{resource.logical_id}-{stack}{GENERATED}"
        return name.lower().replace("aws-stackname", "AWS-StackName") if "S3" in resource.type else name

    def _normal(self, text: str) -> str:
        if _ROOT.match(text):
            return self.account
        return _PLACE.sub(self._placed, text)

    def _placed(self, found: re.Match[str]) -> str:
        service, region, account = found[1], found[2], found[3]
        here = region if region in ("", "*") else self.region
        return f"arn:aws:{service}:{here}:{account if account in ('', '*') else self.account}"
