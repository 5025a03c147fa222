"""Rekognition and Textract read images and documents of S3 with the rights of who calls them.

Sources: https://docs.aws.amazon.com/rekognition/latest/dg/security_iam_id-based-policy-examples.html and
https://docs.aws.amazon.com/textract/latest/dg/security_iam_id-based-policy-examples.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls import regular
from wellmade.prove.calls.call import AccountContext, Call, Need, Rule


def _needs(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield what an operation needs, and the right to read each object of S3 that it is given."""
    yield from regular.needs(call, account)
    for given in _objects(call.parameters):
        bucket, key = (
            name if isinstance(name := given.get(part), str) else "*" for part in ("Bucket", "Name")
        )
        action = "s3:GetObjectVersion" if given.get("Version") else "s3:GetObject"
        yield Need(action, f"arn:{partition_of(call.region)}:s3:::{bucket}/{key}")


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name == "S3Object" and isinstance(each, Mapping):
                yield each
            else:
                yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


_OF_REKOGNITION = (
    "CompareFaces", "DetectCustomLabels", "DetectFaces", "DetectLabels", "DetectModerationLabels",
    "DetectProtectiveEquipment", "DetectText", "IndexFaces", "RecognizeCelebrities", "SearchFacesByImage",
    "SearchUsersByImage", "StartCelebrityRecognition", "StartContentModeration", "StartFaceDetection",
    "StartFaceSearch", "StartLabelDetection", "StartPersonTracking", "StartSegmentDetection",
    "StartTextDetection",
)  # fmt: skip
_OF_TEXTRACT = (
    "AnalyzeDocument", "AnalyzeExpense", "AnalyzeID", "DetectDocumentText", "StartDocumentAnalysis",
    "StartDocumentTextDetection", "StartExpenseAnalysis", "StartLendingAnalysis",
)  # fmt: skip
REKOGNITION: dict[str, Rule] = dict.fromkeys(_OF_REKOGNITION, _needs)
TEXTRACT: dict[str, Rule] = dict.fromkeys(_OF_TEXTRACT, _needs)
