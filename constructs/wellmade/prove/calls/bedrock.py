"""Calls of Amazon Bedrock's models, agents and knowledge bases.

Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html and
https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html
"""

import re
from collections.abc import Iterator

from wellmade.facts.partitions import partition_of
from wellmade.facts.sdk_calls import MODELS
from wellmade.prove.calls.call import AccountContext, Call, Need, Rule

_PROFILE = re.compile(r"(global|us|us-gov|eu|apac|jp|au|ca|sa|me|af)\.(?=[a-z0-9-]+\.)")


def _invoke(call: Call, account: AccountContext) -> Iterator[Need]:
    action = f"bedrock:{MODELS[call.operation]}"
    for arn in _models(call, account, call.text("modelId")):
        yield Need(action, arn)
    guardrail = call.parameters.get("guardrailConfig", {}).get("guardrailIdentifier") or call.text(
        "guardrailIdentifier"
    )
    if guardrail:
        arn = (
            guardrail
            if guardrail.startswith("arn:")
            else account.arn(call, "bedrock", f"guardrail/{guardrail}")
        )
        yield Need("bedrock:ApplyGuardrail", arn)


def _models(call: Call, account: AccountContext, model: str) -> Iterator[str]:
    """Yield what a model's id means: a model, or an inference profile and the model in every region of it."""
    if not model:
        raise call.unmapped("no modelId tells which model it invokes")
    here = f"arn:{partition_of(call.region)}:bedrock"
    if model.startswith("arn:"):
        yield model
        if ":inference-profile/" not in model:
            return
        model = model.partition(":inference-profile/")[2]
    elif _PROFILE.match(model):
        yield account.arn(call, "bedrock", f"inference-profile/{model}")
    else:
        yield f"{here}:{call.region}::foundation-model/{model}"
        return
    # Which regions a profile routes to is told by none of the call's parameters: any of them.
    yield f"{here}:*::foundation-model/{_PROFILE.sub('', model)}"


def _async(call: Call, account: AccountContext) -> Iterator[Need]:
    yield from _invoke(call, account)
    place = call.parameters.get("outputDataConfig", {}).get("s3OutputDataConfig", {}).get("s3Uri", "")
    if place.startswith("s3://"):
        target = place.removeprefix("s3://").rstrip("/")
        yield Need("s3:PutObject", f"arn:{partition_of(call.region)}:s3:::{target}/*")


def _generate(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield what an answer from a knowledge base takes: its documents and a model."""
    yield Need("bedrock:RetrieveAndGenerate", "*")
    found = call.parameters.get("retrieveAndGenerateConfiguration", {}).get("knowledgeBaseConfiguration", {})
    if found.get("knowledgeBaseId"):
        base = account.arn(call, "bedrock", f"knowledge-base/{found['knowledgeBaseId']}")
        yield Need("bedrock:Retrieve", base)
    if found.get("modelArn"):
        for arn in _models(call, account, found["modelArn"]):
            yield Need("bedrock:InvokeModel", arn)


RUNTIME: dict[str, Rule] = {**dict.fromkeys(MODELS, _invoke), "StartAsyncInvoke": _async}
AGENTS: dict[str, Rule] = dict.fromkeys(("RetrieveAndGenerate", "RetrieveAndGenerateStream"), _generate)
