"""A call of an AWS API, and what it takes to be authorized."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wellmade.errors import WellmadeError
from wellmade.facts.partitions import partition_of
from wellmade.prove.calls.owners import named_owner
from wellmade.prove.policy import Value


class NotToldError(WellmadeError):
    """What a call means cannot be told from the templates; the message says what is missing."""


class UnmappedCallError(NotToldError):
    """Nobody told which actions or resources a call needs; the message names it and what to do."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as boto3 makes it.

    Args:
        service: As boto3 names it, such as `s3` or `stepfunctions`.
        operation: As the API names it, such as `GetObject`.
        parameters: As the caller passed them.
        region: Where the call goes.
        endpoint: Its address, which tells the API that `apigatewaymanagementapi` speaks to. Default: unknown.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    region: str = "us-east-1"
    endpoint: str = ""

    def text(self, *names: str) -> str:
        """Return the first of these parameters that is given, as text; empty if none is."""
        return next((str(self.parameters[name]) for name in names if self.parameters.get(name)), "")

    def unmapped(self, why: str) -> UnmappedCallError:
        """Return the error for a call whose needs cannot be told."""
        return UnmappedCallError(f"{self.service}:{self.operation} cannot be mapped to IAM: {why}")


@dataclass(frozen=True, slots=True)
class AccountContext:
    """What is known of the account in which calls are made.

    Args:
        number: Of the account.
        keys: ARN of a bucket, queue, topic, table, stream, secret or parameter to the ARN of the customer's
            key that encrypts it. Default: none; AWS's own keys need no permission.
        aliases: Alias of a key, such as `alias/app`, to the key's ARN. Default: none.
        partition_keys: ARN of a table to its partition key, for conditions on `dynamodb:LeadingKeys`.
            Default: unknown; then the only attribute of a key is taken for it.
        task_roles: ARN of a task definition, without its revision, to the roles that its tasks have, by
            `taskRoleArn` and `executionRoleArn`. Default: unknown, and so is what running it passes.
        profiles: ARN of an instance profile to the roles behind it. Default: unknown.
        resolve: Translates the ARN that a call means in the tests into that of what is deployed, or into
            those of which conditions of the template deploy one; raises `NotToldError` where it cannot.
            Default: they are the same.
        owners: ARN of each bucket of the templates to its account, which no ARN of a bucket tells. Default:
            they are all of this one.
        told: Operation, such as `athena:GetQueryExecution`, to what it needs, where a call itself does not
            tell. Default: none.
    """

    number: str
    keys: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    partition_keys: Mapping[str, str] = field(default_factory=dict)
    task_roles: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    profiles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Sequence["Need"]] = field(default_factory=dict)
    resolve: Callable[[str], Sequence[str]] = lambda arn: (arn,)

    def partition_key(self, arn: str) -> str:
        """Return the partition key of a table, empty if it is unknown."""
        found = {self.partition_keys.get(each, "") for each in self.resolve(arn)}
        return found.pop() if len(found) == 1 else ""

    def arn(self, call: Call, service: str, resource: str, *, owner: str = "") -> str:
        """Return the ARN of something in the region of a call, of this account unless another is named."""
        whose = owner or self.owner(call)
        return f"arn:{partition_of(call.region)}:{service}:{call.region}:{whose}:{resource}"

    def owner(self, call: Call) -> str:
        """Return the number of the account in which a call acts: this one, unless it names another."""
        return self.deployed(named_owner(call.service, call.parameters)) or self.number

    def deployed(self, text: str) -> str:
        """Return what a text of the tests reads where the code is deployed, if that is one text."""
        read = self.resolve(text) if text else (text,)
        return read[0] if len(read) == 1 else text

    def role(self, call: Call, role: str) -> str:
        """Return the ARN of a role, which many operations take by its name too."""
        if role.startswith("arn:"):
            return role
        return f"arn:{partition_of(call.region)}:iam::{self.number}:role/{role.lstrip('/')}"


class Need(NamedTuple):
    """An action that must be allowed on a resource."""

    action: str
    resource: str = "*"
    context: Mapping[str, Value] = {}
    owner: str = ""
    """Number of the account whose resource it is. Default: that of who asks."""


UNTOLD = "\ue000what the call does not tell\ue001"
"""A value that is not known, as policies have them; at the end of a condition key, whatever follows."""


def called_unknown(what: str) -> str:
    """Return an ARN of which nothing is known but what it is called here."""
    return f"arn:\ue000{what}\ue001"


def is_told(text: str) -> bool:
    """Tell whether something is there, and all of it known."""
    return bool(text) and "\ue000" not in text


def is_unknown(arn: str) -> bool:
    """Tell whether nothing is known of an ARN."""
    return arn.startswith("arn:\ue000")


Rule = Callable[[Call, AccountContext], Iterable[Need]]

OTHERWISE = "*"
"""Among the rules of a service, the one for operations that have none of their own."""
