"""What API Gateway sends for a job, and what it answers: its mapping templates, filled in by itself.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from wellmade.api.job_callers import NOBODY, Callers


def _escaped(value: str) -> str:
    """Return what writes a value into JSON, which knows no escaped apostrophe, as JavaScript does."""
    return f'$util.escapeJavaScript({value}).replaceAll("\\\\\'", "\'")'


_JOB_ID = _escaped("$input.params('job_id')")
MOST_CHARACTERS = 256
"""Of the name of a job: with its owner it must fit into a key, and what no table takes has no status."""
_NAMED = (
    f'#set($named = $input.params("job_id").replaceAll("(?s)^.{{{MOST_CHARACTERS + 1},}}$", ""))'
    f'#if($named == "")#set($owner = "{NOBODY}")#end#set($named = "")'
)
"""A job whose name is too long is nobody's, and refused before it waits for an end that nobody can be told.

A line that ends with `#set` leaves nothing in what is sent.
"""
_ATTRIBUTE = (
    "&MessageAttribute.{number}.Name={name}&MessageAttribute.{number}.Value.DataType=String"
    "&MessageAttribute.{number}.Value.StringValue=$util.urlEncode({value})"
)


def send_message(callers: Callers) -> str:
    """Return the call that puts a job into the queue: its body as it came, its names as attributes."""
    attributes = (("job_id", "$input.params('job_id')"), ("owner", "$owner"))
    body = "&MessageBody=$util.urlEncode($input.body)"
    return f"{callers.known}{_NAMED}\nAction=SendMessage{callers.sent_with}{body}" + "".join(
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
        f'"status_url": "https://$context.domainName{_escaped("$context.path")}", '
        f'"ends_within_seconds": {ends_within}}}'
    )


def get_item(callers: Callers, table: str) -> str:
    """Return the call that reads how a job stands; DynamoDB refuses the empty key of nobody's."""
    key = f'"#if($owner != "{NOBODY}")job#{_escaped("$owner")}#{_JOB_ID}#end"'
    return (
        f"{callers.known}{_NAMED}\n"
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
