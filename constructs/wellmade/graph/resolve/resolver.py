"""Resolve the values of one stack: references, parameters and what other stacks export."""

import re
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.graph.read.decode import too_deep
from wellmade.graph.read.limits import MAX_DEPTH
from wellmade.graph.read.stack import Stack
from wellmade.graph.resolve.intrinsics import FUNCTIONS
from wellmade.graph.resolve.scope import OtherStacks
from wellmade.graph.resolve.values import ABSENT, Absent, Attribute, Pseudo, Unknown, Value

_SHARED_PSEUDO = {"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"}
_DYNAMIC_SSM = re.compile(r"\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}")
_LISTS = re.compile(r"^(CommaDelimitedList|List<)")
_SSM_VALUE = re.compile(r"^AWS::SSM::Parameter::Value<")


class Resolver:
    """Resolves values as they stand in one stack's template; shared answers are worked out once."""

    def __init__(self, stack: Stack, others: OtherStacks) -> None:
        """Resolve in `stack`, asking `others` for what other stacks export, output and pass on."""
        self.stack = stack
        self.others = others
        self.dangling: set[str] = set()
        self._resources = stack.section("Resources")
        self._parameters = stack.section("Parameters")
        self._known: dict[str, Value] = {}

    def resolve(self, value: Any, depth: int = 0) -> Value:
        """Return the value with every intrinsic function in it resolved as far as the templates say.

        Raises:
            WellmadeError: If the value is nested more deeply than is read.
        """
        if isinstance(value, dict):
            return self._mapping(value, depth + 1)
        if isinstance(value, list):
            entries = [self.resolve(entry, depth + 1) for entry in value]
            return [entry for entry in entries if not isinstance(entry, Absent)]
        if isinstance(value, str) and value.startswith("{{resolve:ssm:"):
            return self._dynamic(value)
        return value

    def _mapping(self, value: dict[str, Any], depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise WellmadeError(too_deep())
        if len(value) == 1:
            ((key, argument),) = value.items()
            if key == "Ref":
                return self.reference(argument)
            if key.startswith("Fn::"):
                function = FUNCTIONS.get(key[4:])
                return function(self, argument, depth) if function else Unknown(f"{key} is not resolved")
        resolved = {key: self.resolve(entry, depth + 1) for key, entry in value.items()}
        return {key: entry for key, entry in resolved.items() if not isinstance(entry, Absent)}

    def reference(self, name: Any) -> Value:
        """Return what `Ref` gives: a pseudo parameter, a parameter's value, a reference to a resource."""
        if not isinstance(name, str):
            return Unknown("malformed Ref")
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self._parameters:
            return self.parameter(name)
        if name in self._resources:
            return Attribute(f"{self.stack.name}/{name}", "Ref")
        if self.stack.is_sam and name.partition(".")[0] in self._resources:
            return self.attribute(*name.split(".", 1))
        return self._undefined(name)

    def _pseudo(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return ABSENT
        return Pseudo(name, "" if name in _SHARED_PSEUDO else self.stack.name)

    def attribute(self, name: str, attribute: str) -> Value:
        """Return what `Fn::GetAtt` gives; outputs of nested stacks and values of parameters are followed."""
        resource = self._resources.get(name)
        if not isinstance(resource, dict):
            return self._undefined(name)
        child = self.stack.children.get(name)
        if child and attribute.startswith("Outputs."):
            return self.others.output(child, attribute.removeprefix("Outputs."))
        if resource.get("Type") == "AWS::SSM::Parameter" and attribute == "Value":
            return self.once(f"value of {name}", (resource.get("Properties") or {}).get("Value"))
        return Attribute(f"{self.stack.name}/{name}", attribute)

    def parameter(self, name: str) -> Value:
        """Return what a parameter holds: from the parent stack, else its default, else unknown."""
        declared = self._parameters.get(name)
        if not isinstance(declared, dict):
            return Unknown(f"malformed parameter {name}")
        if self.stack.parent:
            given = self.others.argument(self.stack, name)
            if given is not None:
                return given
        if str(declared.get("NoEcho")).lower() == "true":
            return Unknown(f"parameter {self.stack.name}/{name}, kept secret")
        if "Default" not in declared:
            return Unknown(f"parameter {self.stack.name}/{name} has no default")
        return self._default(str(declared.get("Type")), declared["Default"])

    def _default(self, kind: str, default: Any) -> Value:
        if _SSM_VALUE.match(kind):
            return self.others.parameter_named(str(default))
        if _LISTS.match(kind) and isinstance(default, str):
            return [entry.strip() for entry in default.split(",")] if default else []
        return default

    def once(self, key: str, value: Any) -> Value:
        """Resolve a value that others refer to by a key; one that leads back to itself is unknown."""
        if key not in self._known:
            self._known[key] = Unknown(f"{key} in {self.stack.name} leads back to itself")
            self._known[key] = self.resolve(value)
        return self._known[key]

    def _dynamic(self, value: str) -> Value:
        match = _DYNAMIC_SSM.fullmatch(value)
        return self.others.parameter_named(match[1]) if match else value

    def _undefined(self, name: str) -> Unknown:
        self.dangling.add(name)
        return Unknown(f"{name} is not defined in {self.stack.name}")
