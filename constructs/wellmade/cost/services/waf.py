"""AWS WAF: web ACLs and their rules by the month, and requests."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource, as_list

PAGE = "https://aws.amazon.com/waf/pricing/"
ACLS = flat("web ACLs", PAGE, "web_acl_month")
RULES = flat("rules", PAGE, "web_acl_rule_month")
REQUESTS = flat("inspected requests", PAGE, "web_acl_million_requests", per=1e6)
_OWN_PRICE = (
    "AWSManagedRulesBotControlRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesAntiDDoSRuleSet",
)
"""Groups of rules that are paid for besides. https://aws.amazon.com/waf/pricing/"""


def acl(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a web ACL and its rules; requests where the capacity file names it as an arrival."""
    dear = [name for name in _OWN_PRICE if name in str(resource.get("Rules"))]
    if dear:
        yield NotPriced(f"managed rules with a price of their own: {', '.join(dear)}")
    yield Charge(ACLS, 1, fixed=True)
    yield Charge(RULES, len(as_list(resource.get("Rules"))), fixed=True)
    yield Charge(REQUESTS, usage.messages(resource))


PRICED = {"AWS::WAFv2::WebACL": acl}
