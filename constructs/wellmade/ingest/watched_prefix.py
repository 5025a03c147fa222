"""No loops: a function must not write where its own notification looks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.foundation.refusal import refusal_message

_WRITES = "s3:PutObject"


@dataclass(frozen=True)
class WatchedPrefixRules:
    """Looks at synth, when all grants are known, for a permission that closes a loop.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    """

    scope: IConstruct
    bucket: s3.IBucket
    role: iam.Role
    prefix: str
    suffixes: tuple[str, ...]

    def broken(self) -> list[str]:
        """Return a sentence for each permission to write into the watched prefix."""
        arn = Stack.of(self.scope).resolve(self.bucket.bucket_arn)
        looks_at = f"{self.prefix}*" if self.prefix or self.suffixes else "every object"
        return [
            refusal_message(
                self.scope,
                "results",
                f"outside what the notification watches ({looks_at})",
                f"permission for the function to write {pattern or 'any object'} into the same bucket",
                "write to another bucket, or to a prefix that is not watched",
            )
            for pattern in self._writable(arn)
            if self._overlaps(pattern)
        ]

    def _overlaps(self, pattern: str) -> bool:
        """Tell whether a key can match both the permission and the notification's filter."""
        fixed = pattern.split("*", 1)[0]
        return fixed.startswith(self.prefix) or self.prefix.startswith(fixed)

    def _writable(self, bucket_arn: object) -> Iterator[str]:
        """Yield the key patterns of this bucket that the role may write."""
        for statement in self._statements():
            actions = _listed(statement.get("Action"))
            if statement.get("Effect") != "Allow" or not any(
                fnmatchcase(_WRITES, action) for action in actions
            ):
                continue
            for resource in _listed(statement.get("Resource")):
                match resource:
                    case {"Fn::Join": ["", [arn, str(path)]]} if arn == bucket_arn:
                        yield path.removeprefix("/")
                    case "*":
                        yield "*"

    def _statements(self) -> Iterator[Mapping[str, Any]]:
        stack = Stack.of(self.scope)
        attached = self.role.node.try_find_child("DefaultPolicy")
        for holder in (self.role, attached) if attached else (self.role,):
            resource = cast(iam.CfnRole | iam.CfnPolicy, holder.node.default_child)
            yield from _documents(stack.resolve(_policies(resource)))


def _policies(resource: iam.CfnRole | iam.CfnPolicy) -> object:
    return (
        resource.policies
        if isinstance(resource, iam.CfnRole)
        else [{"policyDocument": resource.policy_document}]
    )


def _documents(policies: Any) -> Iterator[Mapping[str, Any]]:
    for policy in policies or []:
        yield from policy["policyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
