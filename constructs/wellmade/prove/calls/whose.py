"""Whose resource a need means, which neither the ARN of a bucket nor an unknown value tells."""

from wellmade.prove.calls import s3
from wellmade.prove.calls.call import AccountContext, Call, Need, NotToldError, is_told
from wellmade.prove.policy.arns import segments
from wellmade.prove.policy.request import owner_of


def owner_in(call: Call, meant: Need, resource: str, account: AccountContext) -> str:
    """Return the account of a resource; empty if nobody tells another than that of who asks.

    Args:
        call: What needs it.
        meant: As the tests, or the code, name it.
        resource: As it is deployed.
        account: Who asks.

    Raises:
        NotToldError: If the call asks for a bucket of another account than the templates deploy it to.
    """
    if segments(resource)[2:3] == ["s3"] and not owner_of(resource):
        return _owner_of_bucket(call, meant, resource, account)
    # Of a value that no template tells the tests say whose it is.
    owners = owner_of(resource), owner_of(meant.resource), account.owner(call)
    return next(filter(is_told, owners), "")


def _owner_of_bucket(call: Call, meant: Need, resource: str, account: AccountContext) -> str:
    owner = account.owners.get(resource.partition("/")[0], "")
    expected = account.deployed(s3.expected_owner(call, meant)) if call.service == "s3" else ""
    if owner and expected and expected != owner:
        raise NotToldError(
            f"it expects the bucket of account {expected}, and the templates deploy it to {owner}"
        )
    return owner or expected
