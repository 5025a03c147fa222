"""ARNs of a template as text, so that patterns in policies can be compared with a bucket's objects."""

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.kit.lookups import known_environment, path_of, same_environment, same_stack, stack_of
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.texts import texts_of

_BUCKET = "AWS::S3::Bucket"
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


class ArnTexts:
    """Writes what a template says as text: buckets by their names, other references in angle brackets.

    Args:
        synthesized: The templates.
        scope: In whose template the values stand.
        buckets: Those of other templates that may be meant. Default: none.
    """

    def __init__(
        self, synthesized: Synthesized, scope: IConstruct, buckets: Sequence[s3.IBucket] = ()
    ) -> None:
        self._synthesized = synthesized
        self._template, self._stack = synthesized.template(scope), stack_of(scope)
        self._environment = known_environment(self._stack)
        self._resources: Mapping[str, Any] = self._template.get("Resources", {})
        self._foreign: list[tuple[Any, Any]] = []
        for bucket in buckets:
            # A template refers to nothing of another region or account but by a name, which is text.
            if not same_stack(bucket, scope) and same_environment(bucket, scope):
                home = ArnTexts(synthesized, bucket)
                self._know(bucket.bucket_arn, bucket, home)
                self._know(bucket.bucket_name, bucket, home)

    def of(self, value: Any) -> list[str]:
        """Return each text that a value may be; partitions are all called `aws`."""
        return [
            re.sub(r"^arn:(aws[a-z-]*|<AWS::Partition>):", "arn:aws:", text)
            for text in texts_of(self._plain(value), self._template)
        ]

    def _know(self, given: str, bucket: s3.IBucket, home: "ArnTexts") -> None:
        """Keep how this template refers to a bucket of another one."""
        here = self._synthesized.resolve(self._stack, given)
        if isinstance(here, dict) and not is_local(here, self._resources):
            texts: list[Any] = [*home.of(self._synthesized.resolve(bucket, given))]
            self._foreign.append((here, reduce(lambda one, other: {"Fn::If": ["", one, other]}, texts)))

    def _plain(self, value: Any) -> Any:
        """Write what refers to something as text, and leave the other functions to `texts_of`."""
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        known = [text for here, text in self._foreign if value == here]
        return known[0] if known else self._function(value)

    def _function(self, value: dict[str, Any]) -> Any:
        found: Any = {key: self._plain(each) for key, each in value.items()}
        match value:
            case {"Ref": str(name)}:
                found = self._ref(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                found = self._attribute(name, attribute)
            case {"Fn::GetAtt": str(text)}:
                name, _, attribute = text.partition(".")
                found = self._attribute(name, attribute)
            case {"Fn::Sub": str(text)}:
                found = {"Fn::Sub": [text, self._named(text, {})]}
            case {"Fn::Sub": [str(text), dict(given)]}:
                found = {"Fn::Sub": [text, self._named(text, given)]}
        return found

    def _named(self, text: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the names in a text stand for."""
        found = {name: _reference(name) for name in _PLACEHOLDER.findall(text)}
        return {name: self._plain(each) for name, each in {**found, **given}.items()}

    def _attribute(self, name: str, attribute: str) -> Any:
        if attribute == "Arn" and self._is_bucket(name):
            return {"Fn::Join": ["", ["arn:aws:s3:::", self._ref(name)]]}
        return f"<{path_of(self._stack)}:{name}.{attribute}>"

    def _ref(self, name: str) -> Any:
        if self._is_bucket(name):
            return self._bucket_name(name, self._resources[name].get("Properties", {}))
        if name in self._template.get("Parameters", {}):
            return {"Ref": name}
        if name in self._environment:
            return self._environment[name]
        return f"<{name}>" if name.startswith("AWS::") else f"<{path_of(self._stack)}:{name}>"

    def _bucket_name(self, name: str, properties: Mapping[str, Any]) -> Any:
        prefix = properties.get("BucketNamePrefix")
        if prefix:
            parts = [self._plain(prefix), self._ref("AWS::AccountId"), self._ref("AWS::Region"), "an"]
            return {"Fn::Join": ["-", parts]}
        given = properties.get("BucketName")
        return self._plain(given) if given else f"<{path_of(self._stack)}:{name}>"

    def _is_bucket(self, name: str) -> bool:
        return bool(self._resources.get(name, {}).get("Type") == _BUCKET)


def is_local(reference: Any, resources: Mapping[str, Any]) -> bool:
    """Tell whether a reference names a resource of a template, be it another one of the same logical id."""
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return name in resources
        case dict():
            return any(is_local(each, resources) for each in reference.values())
        case list():
            return any(is_local(each, resources) for each in reference)
        case _:
            return False


def _reference(name: str) -> dict[str, Any]:
    one, _, attribute = name.partition(".")
    return {"Fn::GetAtt": [one, attribute]} if attribute else {"Ref": one}
