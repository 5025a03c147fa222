"""Trails leave out the requests to the bucket that they write to."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, is_known
from wellmade.prove.deployed.unknowns import has_unknown

_OBJECTS, _WRITES = "AWS::S3::Object", "PutObject"
_JUDGED = frozenset(("eventCategory", "resources.type", "resources.ARN", "readOnly", "eventName"))


def _check(graph: Graph) -> Iterator[Violation]:
    deployed = Deployed(graph)
    for trail in graph.of_type("AWS::CloudTrail::Trail"):
        bucket = graph.target(trail.get("S3BucketName"), "AWS::S3::Bucket")
        if bucket and trail.flag("RecursiveLogging") is not False:
            files = f"{deployed.arn(bucket)}/"
            for path in _loops(deployed, trail, files):
                message = (
                    f"records each log file that it writes into {bucket.logical_id}, which makes the next one"
                )
                yield Violation(trail, path, message)


def _loops(deployed: Deployed, trail: Resource, files: str) -> Iterator[str]:
    for index, selector in enumerate(map(as_mapping, as_list(trail.get("EventSelectors")))):
        if selector.get("ReadWriteType") != "ReadOnly" and any(
            _holds(deployed, as_list(data.get("Values")), files)
            for data in map(as_mapping, as_list(selector.get("DataResources")))
            if data.get("Type") == _OBJECTS
        ):
            yield f"Properties.EventSelectors.{index}.DataResources"
    for index, selector in enumerate(map(as_mapping, as_list(trail.get("AdvancedEventSelectors")))):
        fields = [as_mapping(each) for each in as_list(selector.get("FieldSelectors"))]
        if _selects(deployed, {str(each.get("Field")): each for each in fields}, files):
            yield f"Properties.AdvancedEventSelectors.{index}.FieldSelectors"


def _selects(deployed: Deployed, fields: Mapping[str, Mapping[str, Any]], files: str) -> bool:
    """Tell whether an advanced selector surely takes what CloudTrail does itself."""
    if not set(fields) <= _JUDGED or as_list(fields.get("resources.type", {}).get("Equals")) != [_OBJECTS]:
        return False
    if as_list(fields.get("readOnly", {}).get("Equals")) not in ([], ["false"]):
        return False
    if "eventName" in fields and _WRITES not in as_list(fields["eventName"].get("Equals")):
        return False
    arn = fields.get("resources.ARN")
    return arn is None or _takes(deployed, arn, files)


def _takes(deployed: Deployed, arn: Mapping[str, Any], files: str) -> bool:
    """Tell whether a condition on the ARN of an object is one that log files meet."""
    if "StartsWith" in arn:
        return _holds(deployed, as_list(arn["StartsWith"]), files)
    told = all(is_known(each) for each in as_list(arn.get("NotStartsWith")))
    return "NotStartsWith" in arn and told and not _holds(deployed, as_list(arn["NotStartsWith"]), files)


def _holds(deployed: Deployed, places: list[Value], files: str) -> bool:
    texts = [text for place in places for text in deployed.texts(place)]
    return any(not has_unknown(text) and files.startswith(text) for text in texts)


RULE = Rule(
    id="trail-loop",
    title="Trails leave out the requests to the bucket that they write to",
    severity=Severity.WARNING,
    explanation=(
        "A log file is an object: writing it is a request that the trail records in the next log file, as "
        "long as the trail exists. Each is paid for."
    ),
    fix="leave the bucket out with resources.ARN NotStartsWith",
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-recursive-logging.html",
    check=_check,
)
