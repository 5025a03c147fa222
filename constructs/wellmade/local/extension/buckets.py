"""Gap: CloudFormation drops the tags of a bucket, and that it is a website.

By a tag CDK's own cleaner asks whether it may empty a bucket.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

from typing import Any
from xml.etree import ElementTree as ET

from ministack.services import s3
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def apply() -> None:
    """Keep what a template gives to a bucket."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update = handler["create"], handler["update"]

    def create_with_tags(logical_id: str, properties: Properties, stack: str) -> Any:
        result = create(logical_id, properties, stack)
        _keep(result[0], properties)
        return result

    def update_with_tags(physical_id: str, old: Properties, new: Properties, stack: str) -> Any:
        result = update(physical_id, old, new, stack)
        _keep(result[0], new)
        return result

    handler |= {"create": create_with_tags, "update": update_with_tags}


def _keep(bucket: str, properties: Properties) -> None:
    _tag(bucket, properties)
    if website := properties.get("WebsiteConfiguration"):
        s3._bucket_websites[bucket] = _document(website)
    else:
        s3._bucket_websites.pop(bucket, None)


def _document(website: Properties) -> str:
    """Write what S3 would be sent, as far as it is served."""
    root = ET.Element("WebsiteConfiguration", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    redirect = website.get("RedirectAllRequestsTo") or {}
    parts = {
        "IndexDocument": {"Suffix": website.get("IndexDocument")},
        "ErrorDocument": {"Key": website.get("ErrorDocument")},
        "RedirectAllRequestsTo": {key: redirect.get(key) for key in ("HostName", "Protocol")},
    }
    for name, values in parts.items():
        if present := {key: str(value) for key, value in values.items() if value}:
            part = ET.SubElement(root, name)
            for key, value in present.items():
                ET.SubElement(part, key).text = value
    return ET.tostring(root, encoding="unicode")


def _tag(bucket: str, properties: Properties) -> None:
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags") or []}
    if tags:
        s3._bucket_tags[bucket] = tags
    else:
        s3._bucket_tags.pop(bucket, None)
