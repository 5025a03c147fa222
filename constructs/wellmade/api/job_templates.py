"""What API Gateway sends for a job, and what it answers: its mapping templates, filled in by itself.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from wellmade.api.authorizers import Authorizer, CognitoAuthorizer, IamAuthorizer, LambdaAuthorizer

_JOB_ID = "$util.escapeJavaScript($input.params('job_id')).replaceAll(\"\\\\'\", \"'\")"
"""JSON knows no escaped apostrophe, which JavaScript does."""
_ATTRIBUTE = (
    "&MessageAttribute.{number}.Name={name}&MessageAttribute.{number}.Value.DataType=String"
    "&MessageAttribute.{number}.Value.StringValue=$util.urlEncode({value})"
)


def owner_of(authorizer: Authorizer | None) -> str:
    """Return who asks, as API Gateway has seen it: two callers may choose the same name for a job.

    Of a role without its session, which changes while the program stays the same; encoded, so that it holds
    nothing of what separates the parts of a key.
    """
    if isinstance(authorizer, IamAuthorizer):
        return '$util.urlEncode($context.identity.caller.replaceAll(":.*", ""))'
    if isinstance(authorizer, CognitoAuthorizer):
        return "$util.urlEncode($context.authorizer.claims.sub)"
    if isinstance(authorizer, LambdaAuthorizer):
        return "$util.urlEncode($context.authorizer.principalId)"
    return "'everyone'"


def send_message(owner: str) -> str:
    """Return the call that puts a job into the queue: its body as it came, its names as attributes."""
    attributes = (("job_id", "$input.params('job_id')"), ("owner", "$owner"))
    return f"#set($owner = {owner})\nAction=SendMessage&MessageBody=$util.urlEncode($input.body)" + "".join(
        _ATTRIBUTE.format(number=number, name=name, value=value)
        for number, (name, value) in enumerate(attributes, 1)
    )


def accepted(ends_within: int) -> str:
    """Return the answer to a job that waits in the queue.

    Args:
        ends_within: Seconds after which nobody need ask again.
    """
    return (
        f'{{"job_id": "{_JOB_ID}", "status": "waiting", '
        '"status_url": "https://$context.domainName$util.escapeJavaScript($context.path)", '
        f'"ends_within_seconds": {ends_within}}}'
    )


def get_item(owner: str, table: str) -> str:
    """Return the call that reads how a job stands."""
    key = "\"job#$util.escapeJavaScript($owner)#$util.escapeJavaScript($input.params('job_id'))\""
    return (
        f"#set($owner = {owner})\n"
        f'{{"TableName": "{table}", "ConsistentRead": true, "Key": {{"id": {{"S": {key}}}}}}}'
    )


def status() -> str:
    """Return the answer to whoever asks how a job stands; of one that nobody has begun nothing is known."""
    return (
        "#set($status = $input.path('$.Item.job_status.S'))\n"
        f'{{"job_id": "{_JOB_ID}", "status": "#if("$!status" == "")waiting#{{else}}$status#end"'
        '#if("$!status" == "done"), "result": $input.path(\'$.Item.job_result.S\')#end'
        '#if("$!status" == "failed"), "error": $input.path(\'$.Item.job_error.S\')#end'
        '#if("$!input.path(\'$.Item.contradicted.S\')" != ""), '
        '"contradicted": "another request with this job_id had other contents, and was not done"#end}'
    )


def refused(message: str) -> str:
    """Return the answer where the service has refused the call; a throttled one may be sent again."""
    throttled = '$input.json("$").contains("hrottl") || $input.json("$").contains("hroughput")'
    return (
        f"#if({throttled})#set($context.responseOverride.status = 503)#end"
        f'{{"message": "{message}", "requestId": "$context.requestId"}}'
    )


def failed() -> str:
    """Return the answer where the service could not take the call."""
    return '{"message": "Not taken, please send it again.", "requestId": "$context.requestId"}'
