"""ARNs of a template as text, so that patterns in policies can be compared with a bucket's objects."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aws_cdk import Token
from constructs import IConstruct

from wellmade.kit.lookups import stack_of
from wellmade.kit.synth_checks import Synthesized

_BUCKET = "AWS::S3::Bucket"
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")


class ArnTexts:
    """Writes what a template says as text: buckets by their names, other references in angle brackets.

    Args:
        synthesized: The templates.
        scope: In whose template the values stand.
    """

    def __init__(self, synthesized: Synthesized, scope: IConstruct) -> None:
        self._resources, self._stack = synthesized.resources(scope), stack_of(scope)

    def of(self, value: Any) -> str:
        """Return a value as text; partitions are all called `aws`."""
        return re.sub(r"^arn:(aws[a-z-]*|<AWS::Partition>):", "arn:aws:", self._text(value))

    def _text(self, value: Any) -> str:
        return value if isinstance(value, str) else self._of_function(value)

    def _of_function(self, value: Any) -> str:
        match value:
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [str(name), "Arn"]} if self._is_bucket(name):
                return f"arn:aws:s3:::{self._ref(name)}"
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return f"<{name}.{attribute}>"
            case {"Fn::Join": [str(between), list(parts)]}:
                return between.join(self._text(part) for part in parts)
            case {"Fn::Sub": str(text)}:
                return _PLACEHOLDER.sub(self._placeholder, text)
            case _:
                return f"<{json.dumps(value, sort_keys=True)}>"

    def _placeholder(self, found: re.Match[str]) -> str:
        name, _, attribute = found.group(1).partition(".")
        return self._text({"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name})

    def _ref(self, name: str) -> str:
        if self._is_bucket(name):
            return self._bucket_name(name, self._resources[name].get("Properties", {}))
        known = {"AWS::AccountId": self._stack.account, "AWS::Region": self._stack.region}.get(name)
        return known if known and not Token.is_unresolved(known) else f"<{name}>"

    def _bucket_name(self, name: str, properties: Mapping[str, Any]) -> str:
        prefix = properties.get("BucketNamePrefix")
        if prefix:
            return f"{self._text(prefix)}-{self._ref('AWS::AccountId')}-{self._ref('AWS::Region')}-an"
        given = properties.get("BucketName")
        return self._text(given) if given else f"<{name}>"

    def _is_bucket(self, name: str) -> bool:
        return bool(self._resources.get(name, {}).get("Type") == _BUCKET)
