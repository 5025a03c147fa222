"""Icons of the user's own, such as AWS's, which may not be changed and so are not shipped."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path

from wellmade.errors import WellmadeError

_MEDIA = {".svg": "image/svg+xml", ".png": "image/png"}
_HAS = {".svg": b"<svg", ".png": b"\x89PNG\r\n"}
"""What a file of the kind has in it; others would leave a hole in the picture."""

# Services, and types of SAM, whose icons are named otherwise than their types.
_CALLED = {
    "SQS": "SimpleQueueService",
    "SNS": "SimpleNotificationService",
    "S3": "SimpleStorageService",
    "ECS": "ElasticContainerService",
    "EKS": "ElasticKubernetesService",
    "ApiGatewayV2": "APIGateway",
    "ElasticLoadBalancingV2": "ElasticLoadBalancing",
    "Events": "EventBridge",
    "ServerlessFunction": "Lambda",
    "ServerlessApi": "APIGateway",
    "ServerlessHttpApi": "APIGateway",
    "ServerlessSimpleTable": "DynamoDB",
    "ServerlessStateMachine": "StepFunctions",
    "KinesisFirehose": "DataFirehose",
}


def icons_in(folder: Path) -> Mapping[str, str]:
    """Return the icons of a folder as data URLs, by what their names say without signs and sizes.

    `Arch_AWS-Lambda_48.svg` and `lambda.png` are both found for Lambda, `Arch_Amazon-DynamoDB_64.svg` for
    DynamoDB. Of several for one service the largest name wins, so the result does not depend on the disk.
    Hidden files are left out: archives made on a Mac have one such beside each icon.

    Raises:
        WellmadeError: If the folder does not exist, holds no icon, or a file that is none.
    """
    files = sorted(each for each in folder.rglob("[!.]*") if each.suffix in _MEDIA) if folder.is_dir() else []
    if not files:
        raise WellmadeError(f"--icons must be a folder with .svg or .png files, got {folder}")
    return {_service(each.stem): _data_url(each) for each in files}


def icon_of(kind: str, icons: Mapping[str, str]) -> str | None:
    """Return the icon of a type of resource: of itself, else of its service."""
    service, _, name = kind.removeprefix("AWS::").partition("::")
    called = _CALLED.get(service + name) or _CALLED.get(service, service)
    asked = (_plain(service + name), _plain(name), _plain(called))
    return next((icons[each] for each in asked if each in icons), None)


def _service(stem: str) -> str:
    name = re.sub(r"^(Arch|Res)_", "", stem)
    name = re.sub(r"(_\d+|@\dx|_Light|_Dark)+$", "", name)
    return _plain(re.sub(r"^(AWS|Amazon)[-_ ]", "", name))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _data_url(file: Path) -> str:
    content = file.read_bytes()
    if _HAS[file.suffix] not in content:
        raise WellmadeError(
            f"--icons: {file} must be a picture as its ending says; take it out of the folder"
        )
    return f"data:{_MEDIA[file.suffix]};base64,{base64.b64encode(content).decode('ascii')}"
