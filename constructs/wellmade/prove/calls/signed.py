"""Requests that code signs by itself: to API Gateway, to functions' addresses, to OpenSearch, to AppSync.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html,
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html and
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from wellmade.prove.calls.call import AccountContext, Call, Need, Rule

OPERATION = "SignedRequest"
"""What such a request is called; its parameters are `Method` and `Url`."""


def needs(call: Call, account: AccountContext) -> list[Need]:
    """Return what a request needs.

    Raises:
        UnmappedCallError: If it is unknown what requests to this service need.
    """
    rule = _RULES.get(call.service)
    if rule is None:
        raise call.unmapped(
            f"it is unknown what requests to {call.service} need that code signs by itself; tell it under "
            f'prove.calls "{call.service}:{OPERATION}" in wellmade.toml'
        )
    return list(rule(call, account))


def _api(call: Call, account: AccountContext) -> Iterator[Need]:
    address = urlsplit(call.text("Url"))
    # As it is written: `hostname` would write the name of a resource of the template in lower case.
    api = address.netloc.partition(".")[0]
    stage, _, path = address.path.strip("/").partition("/")
    place = f"{api}/{stage or '$default'}/{call.text('Method')}/{path}"
    yield Need("execute-api:Invoke", account.arn(call, "execute-api", place))


def _function_url(call: Call, account: AccountContext) -> Iterator[Need]:
    """The address does not tell the function; since November 2026 it takes the right to invoke it, too."""
    function = account.arn(call, "lambda", "function:*")
    yield Need("lambda:InvokeFunctionUrl", function, {"lambda:FunctionUrlAuthType": "AWS_IAM"})
    yield Need("lambda:InvokeFunction", function, {"lambda:InvokedViaFunctionUrl": True})


def _search(call: Call, account: AccountContext) -> Iterator[Need]:
    address = urlsplit(call.text("Url"))
    host = (address.hostname or "").partition(".")[0]
    domain = host.removeprefix("search-").removeprefix("vpc-").rpartition("-")[0]
    method = call.text("Method").capitalize()
    yield Need(f"es:ESHttp{method}", account.arn(call, "es", f"domain/{domain or '*'}{address.path}"))


def _serverless_search(call: Call, account: AccountContext) -> Iterator[Need]:
    collection = (urlsplit(call.text("Url")).hostname or "*").partition(".")[0]
    yield Need("aoss:APIAccessAll", account.arn(call, "aoss", f"collection/{collection}"))


def _graphql(call: Call, account: AccountContext) -> Iterator[Need]:
    """The address does not tell the API's id, nor the fields that are asked for."""
    yield Need("appsync:GraphQL", account.arn(call, "appsync", "apis/*"))


_RULES: dict[str, Rule] = {
    "aoss": _serverless_search,
    "appsync": _graphql,
    "es": _search,
    "execute-api": _api,
    "lambda": _function_url,
}
