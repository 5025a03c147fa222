"""Who asks for a job, as API Gateway has seen it, and in which queue the job waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_sqs as sqs

from wellmade.api.access_log import API_KEY_ID
from wellmade.api.authorizers import Authorizer, CognitoAuthorizer, IamAuthorizer, LambdaAuthorizer
from wellmade_runtime.callers import EVERYONE

NOBODY = ""
"""The owner where nobody has told it: SQS takes no empty name of a queue, and no empty attribute."""
_SIGNER = (
    '#set($who = "$!context.identity.cognitoIdentityId")'
    '#if($who == "")#set($who = "$!context.identity.caller")#set($who = $who.replaceAll(":.*", ""))#end'
)
_SUBJECT = (
    '#set($who = "$!context.authorizer.claims.sub")'
    '#if($who != "")#set($who = "$context.authorizer.claims.iss $who")#end'
)
_PRINCIPAL = '#set($who = "$!context.authorizer.principalId")'
_OWNER = "#set($owner = $util.urlEncode($who))"
"""Last, as a line that ends with it leaves nothing in what is sent."""


@dataclass(frozen=True)
class Callers:
    """What a mapping template knows of whoever asks."""

    known: str
    """Lines of a mapping template that set `$owner`, and `$queue` where there are several."""
    queues: Sequence[sqs.IQueue]
    sent_with: str = ""
    """What is sent beside the job."""
    have_keys: bool = False
    """Whether they must send an API key."""
    logged: Mapping[str, str] = field(default_factory=dict)
    """What a line of the access log tells of them."""

    def address(self, account: str) -> str:
        """Return what API Gateway calls: the queue, or SQS where the template names one of several."""
        if self.sent_with:
            return "sqs:action/SendMessage"
        return f"sqs:path/{account}/{self.queues[0].queue_name}"


def callers_of(authorizer: Authorizer | None, queue: sqs.IQueue) -> Callers:
    """Return the callers that an authorizer tells of."""
    return Callers(owner_of(authorizer), [queue])


def owner_of(authorizer: Authorizer | None) -> str:
    """Return what sets `$owner`: two callers may choose the same name for a job.

    It is what `wellmade_runtime.callers` says of the same caller, encoded, so that it holds nothing of what
    separates the parts of a key; and nobody where the authorizer has not told, or all callers would be one.
    """
    if isinstance(authorizer, IamAuthorizer):
        return f"{_SIGNER}{_OWNER}"
    if isinstance(authorizer, CognitoAuthorizer):
        return f"{_SUBJECT}{_OWNER}"
    if isinstance(authorizer, LambdaAuthorizer):
        return f"{_PRINCIPAL}{_OWNER}"
    return f'#set($owner = "{EVERYONE}")'


def callers_with_keys(tenants: Mapping[str, tuple[str, sqs.IQueue]]) -> Callers:
    """Return the callers that their API keys tell of.

    The group of a message is its tenant: SQS lets no tenant's messages wait for those of another one.

    Args:
        tenants: By name, the id of the tenant's key and the queue of its jobs.
    """
    asked = "".join(
        f'#{"else" if number else ""}if($key == "{key}")#set($owner = "{tenant}")'
        f'#set($queue = "{queue.queue_url}")'
        for number, (tenant, (key, queue)) in enumerate(tenants.items())
    )
    nobody = f'#else#set($owner = "{NOBODY}")#set($queue = "{NOBODY}")#end'
    return Callers(
        known=f"#set($key = $context.identity.apiKeyId){asked}{nobody}",
        queues=list({queue.node.path: queue for _, queue in tenants.values()}.values()),
        sent_with="&QueueUrl=$util.urlEncode($queue)&MessageGroupId=$util.urlEncode($owner)",
        have_keys=True,
        logged={API_KEY_ID: "identity.apiKeyId"},
    )
