"""By which endpoint a call leaves a network, and how the endpoint's service is called in a partition.

Sources: `endpoint_names.json` for the names; the service models of botocore for the host that each operation
goes to, which a test compares.
"""

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

GATEWAYS = ("dynamodb", "s3")
"""Endpoints that are also there as gateways, which cost nothing.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""
IMAGES = ("ecr.api", "ecr.dkr", "s3")
"""Pulling an image takes all three: its layers lie in a bucket.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""
_NAMED_OTHERWISE = {
    "airflow": "airflow.api",
    "cloudhsm": "cloudhsmv2",
    "cloudwatch": "monitoring",
    "codeartifact": "codeartifact.api",
    "codeconnections": "codeconnections.api",
    "codestar-connections": "codestar-connections.api",
    "ecr": "ecr.api",
    "ecr-public": "ecr-public.api",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
    "lex": "models-v2-lex",
    "memorydb": "memory-db",
    "mobiletargeting": "pinpoint",
    "payment-cryptography": "payment-cryptography.controlplane",
    "pricing": "pricing.api",
    "sagemaker": "sagemaker.api",
    "ses": "email",
    "sms-voice": "pinpoint-sms-voice-v2",
    "tag": "tagging",
}
"""The endpoint by the prefix of a service's actions, where the two differ."""
_BY_ACTION: dict[str, tuple[tuple[str, str | None], ...]] = {
    "appconfig": (("StartConfigurationSession GetLatestConfiguration", "appconfigdata"),),
    "aps": (("GetLabels GetMetricMetadata GetSeries QueryMetrics RemoteWrite", "aps-workspaces"),),
    "bedrock": (
        ("InvokeModel* Converse* ApplyGuardrail InvokeGuardrailChecks CountTokens", "bedrock-runtime"),
        ("*AsyncInvoke*", "bedrock-runtime"),
        (
            "GetDataAutomationStatus InvokeDataAutomation InvokeDataAutomationAsync",
            "bedrock-data-automation-runtime",
        ),
        ("*DataAutomation* *Blueprint*", "bedrock-data-automation"),
        ("InvokeAgent InvokeInlineAgent InvokeFlow *AgentMemory", "bedrock-agent-runtime"),
        (
            "*Session *Sessions *Invocation *Invocations *InvocationStep *InvocationSteps",
            "bedrock-agent-runtime",
        ),
        ("*FlowExecution* *ExecutionFlow* GenerateQuery OptimizePrompt Rerank", "bedrock-agent-runtime"),
        (
            "Retrieve RetrieveAndGenerate* AgenticRetrieve* *DocumentAcl *DocumentContent",
            "bedrock-agent-runtime",
        ),
        (
            "*Agent *Agents *AgentActionGroup* *AgentAlias* *AgentCollaborator* *AgentVersion*",
            "bedrock-agent",
        ),
        (
            "*KnowledgeBase* *DataSource* *IngestionJob* *RetrievalInstruction* *VpcConfiguration*",
            "bedrock-agent",
        ),
        ("CreateFlow DeleteFlow GetFlow ListFlows PrepareFlow UpdateFlow *FlowAlias*", "bedrock-agent"),
        ("*FlowVersion* *FlowDefinition *Prompt *Prompts *PromptVersion", "bedrock-agent"),
    ),
    "codeartifact": (("ReadFromRepository PublishPackageVersion", "codeartifact.repositories"),),
    "codecommit": (("GitPull GitPush", "git-codecommit"),),
    "dynamodb": (("DescribeStream GetRecords GetShardIterator ListStreams", "dynamodb-streams"),),
    "ecr": (("BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer", "ecr.dkr"),),
    # Its private names are those of all APIs, and it answers private ones alone: others then fail with 403.
    # Source: https://repost.aws/knowledge-center/api-gateway-vpc-connections
    "execute-api": (("*", None),),
    "ecs": (("Poll", "ecs-agent"), ("StartTelemetrySession", "ecs-telemetry")),
    "evidently": (("EvaluateFeature BatchEvaluateFeature PutProjectEvents", "evidently-dataplane"),),
    "forecast": (("QueryForecast QueryWhatIfForecast", "forecastquery"),),
    "iot": (
        ("*ThingShadow ListNamedShadowsForThing *RetainedMessage *RetainedMessages", "iot.data"),
        ("Publish Connect Subscribe Receive *Connection ListSubscriptions SendDirectMessage", "iot.data"),
        ("AssumeRoleWithCertificate", "iot.credentials"),
    ),
    "lex": (
        ("DeleteSession GetSession PutSession RecognizeText RecognizeUtterance", "runtime-v2-lex"),
        ("StartConversation", "runtime-v2-lex"),
    ),
    "logs": (("StartLiveTail GetLogObject", None),),
    "payment-cryptography": (
        (
            "DecryptData EncryptData Generate* ReEncryptData Translate* Verify*",
            "payment-cryptography.dataplane",
        ),
    ),
    "personalize": (
        ("PutActionInteractions PutActions PutEvents PutItems PutUsers", "personalize-events"),
        ("GetActionRecommendations GetPersonalizedRanking GetRecommendations", "personalize-runtime"),
    ),
    "qldb": (("SendCommand", "qldb.session"),),
    "rekognition": (("StartFaceLivenessSession", "streaming-rekognition"),),
    "rum": (("PutRumEvents", "rum-dataplane"),),
    "sagemaker": (
        ("InvokeEndpoint*", "sagemaker.runtime"),
        ("*Record *Records BatchGetRecord", "sagemaker.featurestore-runtime"),
        ("BatchGetMetrics BatchPutMetrics", "sagemaker.metrics"),
    ),
    "servicediscovery": (("DiscoverInstances*", "data-servicediscovery"),),
    "states": (("StartSyncExecution TestState", "sync-states"),),
    "transcribe": (("Start*StreamTranscription*", "transcribestreaming"),),
}
"""Actions that go to another endpoint than the others of their service; None where none is known."""
_LOCAL = (
    *("ecs:GetTaskProtection", "ecs:UpdateTaskProtection"),  # asked of the agent beside the program
    *("rds-db:*", "elasticache:Connect", "memorydb:Connect", "kafka-cluster:*", "neptune-db:*", "dax:*"),
    "elasticfilesystem:Client*",
)
_PREFIX_OF_PARTITION = {
    "aws": "com.amazonaws",
    "aws-us-gov": "com.amazonaws",
    "aws-cn": "cn.com.amazonaws",
    "aws-eusc": "eu.amazonaws",
}
_OF_EUROPE = ("ecr.api", "ecr.dkr", "execute-api", "securityhub")
_SERVICE_NAME = re.compile(
    r"^(?:(?:cn\.)?com\.amazonaws|eu\.amazonaws|aws\.sagemaker)\.(?:\$\{[^}]*\}|[^.]+)\.(.+?)(?:\.cn)?$"
)


def is_local(action: str) -> bool:
    """Tell whether a call stays in its network: a database or an agent there checks the permission."""
    return any(_matches(action, local) for local in _LOCAL)


def endpoint_for(action: str) -> str | None:
    """Return the endpoint by which a call leaves its network, such as `kinesis-streams`; None if unknown.

    Without a colon the whole is taken for the service. For several actions (`sqs:*`) it is the endpoint of
    those that none of the service's other endpoints answers.
    """
    service, _, name = action.partition(":")
    service = service.lower()
    for patterns, endpoint in _BY_ACTION.get(service, ()):
        if any(_matches(name, pattern) for pattern in patterns.split()):
            return endpoint
    known = _NAMED_OTHERWISE.get(service, service)
    return known if known in _names("names") else None


def endpoints_for(action: str) -> tuple[str, ...] | None:
    """Return all endpoints that a call takes together: three for an image, none if local; None if unknown."""
    if is_local(action):
        return ()
    endpoint = endpoint_for(action)
    if endpoint is None:
        return None
    return IMAGES if endpoint == "ecr.dkr" else (endpoint,)


def service_prefix(endpoint: str, partition: str) -> str:
    """Return what an interface endpoint's service name begins with before the region.

    Args:
        endpoint: Its name, such as `sqs`.
        partition: Such as `aws-cn`; in the partitions that are not public it is not known.

    Raises:
        KeyError: If the partition is not `aws`, `aws-us-gov`, `aws-cn` or `aws-eusc`.
    """
    prefix = _PREFIX_OF_PARTITION[partition]
    has_it = {"aws-cn": _names("of_china"), "aws-eusc": _OF_EUROPE}.get(partition, ())
    return prefix if endpoint in has_it else "com.amazonaws"


def name_in(service_name: str) -> str | None:
    """Return `ecr.api` of `com.amazonaws.<region>.ecr.api`, in any of these partitions; else None."""
    match = _SERVICE_NAME.match(service_name)
    return match[1] if match else None


@cache
def _names(key: str) -> frozenset[str]:
    lines = json.loads((Path(__file__).parent / "endpoint_names.json").read_text())[key]
    return frozenset(" ".join(lines).split())


def _matches(action: str, pattern: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())
