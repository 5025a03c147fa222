"""ARNs in the account, the region and the partition that the templates are deployed to."""

from wellmade.prove.deployed.naming import Naming


def own_arn(service: str, place: str, naming: Naming) -> str:
    """Return the ARN of what a service has at a place, such as `key/…`."""
    return f"arn:{naming.partition}:{service}:{naming.region}:{naming.account}:{place}"


def role_arn(text: str, naming: Naming) -> str:
    """Return the ARN of a role that is named, or whose ARN is given."""
    return text if text.startswith("arn:") else f"arn:{naming.partition}:iam::{naming.account}:role/{text}"
