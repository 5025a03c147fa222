"""Videos are not processed by functions."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from wellmade.check.failures import FUNCTIONS
from wellmade.check.managed_policies import granted_anyway
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, Kind, Resource, as_list, as_mapping, text

VIDEOS = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mxf", ".webm", ".wmv")
_CARRIERS = ("AWS::Events::Rule", "AWS::SNS::Topic", "AWS::SQS::Queue")
_MOST_STEPS = 3
"""From a rule by a topic and a queue to a function."""
READS = ("s3:GetObject", "s3:GetObjectVersion")
HANDED_ON = (
    *("batch:SubmitJob", "bedrock:InvokeDataAutomationAsync", "bedrock:StartAsyncInvoke", "ecs:RunTask"),
    *("elastictranscoder:CreateJob", "events:PutEvents", "glue:StartJobRun", "lambda:InvokeFunction"),
    *("mediaconvert:CreateJob", "scheduler:CreateSchedule", "sns:Publish", "sqs:SendMessage"),
    *("states:StartExecution", "states:StartSyncExecution"),
    *("rekognition:StartCelebrityRecognition", "rekognition:StartContentModeration"),
    *("rekognition:StartFaceDetection", "rekognition:StartFaceSearch", "rekognition:StartLabelDetection"),
    *("rekognition:StartMediaAnalysisJob", "rekognition:StartPersonTracking"),
    *("rekognition:StartSegmentDetection", "rekognition:StartTextDetection"),
    *("transcribe:StartCallAnalyticsJob", "transcribe:StartMedicalTranscriptionJob"),
    "transcribe:StartTranscriptionJob",
)
"""What a function that is told of a video may call that leaves the work to something else."""


def _check(graph: Graph) -> Iterator[Violation]:
    seen = set()
    for edge in graph.edges():
        ends = _ends(edge) if edge.source.type == "AWS::S3::Bucket" else ()
        suffix = next((end for end in ends if end.endswith(VIDEOS)), "")
        for function in _working(graph, edge.target, _MOST_STEPS) if suffix else ():
            if (function, suffix) not in seen and not _hands_on(graph, function):
                seen.add((function, suffix))
                told = f"is told of videos ({suffix}) in {edge.source.logical_id}"
                message = f"{told}, and leaves them to nothing else"
                yield Violation(function, "Properties.Timeout", message)


def _ends(edge: Edge) -> Iterator[str]:
    """Yield how the names of objects end that are told of, in a notification or by a rule of EventBridge."""
    detail = as_mapping(as_mapping(edge.detail.get("pattern")).get("detail"))
    keys = as_list(as_mapping(detail.get("object")).get("key"))
    ends = [as_mapping(each).get(name) for each in keys for name in ("suffix", "wildcard")]
    for end in (edge.detail.get("suffix"), *ends):
        yield (text(as_mapping(end).get("equals-ignore-case", end)) or "").lower()


def _working(graph: Graph, told: Resource, steps: int) -> Iterator[Resource]:
    """Yield the functions that get the notifications: at once, or out of rules, topics and queues."""
    if told.type in FUNCTIONS:
        yield told
    elif told.type in _CARRIERS and steps:
        for edge in graph.edges(source=told):
            if edge.kind in (Kind.POLLS, Kind.PUBLISHES, Kind.INVOKES_ASYNC):
                yield from _working(graph, edge.target, steps - 1)


def _hands_on(graph: Graph, function: Resource) -> bool:
    """Tell whether the function may leave the work to something else, or reads no object to do it itself.

    So also where nothing is known of its role.
    """
    role = graph.role_of(function)
    if role is None:
        return True
    allowed = [each for each in graph.statements_of(function) if each.effect == "Allow"]
    patterns = [action.lower() for each in allowed for action in each.actions]

    def may(call: str) -> bool:
        is_said = any(fnmatchcase(call.lower(), pattern) for pattern in patterns)
        return is_said or granted_anyway(graph, role, call)

    return any(map(may, HANDED_ON)) or not any(map(may, READS))


RULE = Rule(
    id="video-in-function",
    title="Videos are not processed by functions",
    severity=Severity.WARNING,
    explanation=(
        "A function ends after 15 minutes and has 10 GB of space. A longer video is tried again, ends the "
        "same way, and is in the dead-letter queue after all attempts were paid for."
    ),
    fix=(
        "start a workflow for each video that runs one Fargate task a format, such as MediaPipeline, or "
        "leave it to MediaConvert"
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    check=_check,
    leaves_tests=True,
)
