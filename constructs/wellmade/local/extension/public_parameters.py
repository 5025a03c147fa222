"""Gap: the public parameters of AWS, such as the newest machine image or layer, do not exist.

What they hold differs by region and day; here each has a value of the right form that stays the same.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import hashlib
import json
import re
import time
from typing import Any

from ministack.core.responses import get_region
from ministack.services import ssm

from .layer_names import layer_named

_IMAGES = re.compile(
    r"/aws/service/(ami-amazon-linux-latest|ami-windows-latest|ami-macos-latest|canonical/ubuntu|debian|"
    r"bottlerocket|eks/optimized-ami|ecs/optimized-ami|freebsd|suse|redhat)/.+"
)
"""Families of machine images.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
"""


def apply() -> None:
    """Make a public parameter when it is asked for."""
    ssm._get_parameter = _with_public(ssm._get_parameter)
    ssm._get_parameters = _with_public(ssm._get_parameters)
    ssm.resolve_parameter_value = _with_public(ssm.resolve_parameter_value)


def _with_public(read: Any) -> Any:
    def read_public(asked: Any, *more: Any, **options: Any) -> Any:
        names = [asked] if isinstance(asked, str) else [asked.get("Name"), *(asked.get("Names") or [])]
        for name in names:
            _make(str(name or "").partition(":parameter")[2] or str(name or ""))
        return read(asked, *more, **options)

    return read_public


def _make(name: str) -> None:
    if name in ssm._parameters or not (value := _value(name)):
        return
    ssm._parameters[name] = {
        "Name": name,
        "Type": "String",
        "Value": value,
        "Version": 1,
        "LastModifiedDate": int(time.time()),
        "ARN": f"arn:aws:ssm:{get_region()}::parameter{name}",
        "DataType": "aws:ec2:image" if value.startswith("ami-") else "text",
        "Description": "",
        "AllowedPattern": "",
        "Tier": "Standard",
        "Policies": [],
        "Labels": [],
    }


def _value(name: str) -> str:
    """Return what a public parameter holds; nothing if it is none."""
    if layer := layer_named(name):
        return f"arn:aws:lambda:{get_region()}:{layer}"
    if not _IMAGES.fullmatch(name):
        return ""
    image = f"ami-0{hashlib.sha256(f'{get_region()}{name}'.encode()).hexdigest()[:16]}"
    recommended = name.endswith("/recommended")
    return json.dumps({"image_id": image, "image_name": name.rsplit("/", 2)[-2]}) if recommended else image
