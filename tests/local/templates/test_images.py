"""Services whose image no directory of the app is built into."""

import json
import re
from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

IMAGE = "public.ecr.aws/nginx/nginx:latest"
RESOURCES = {
    "Cluster": {"Type": "AWS::ECS::Cluster"},
    "Task": {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {
            "Cpu": "256",
            "Memory": "512",
            "NetworkMode": "awsvpc",
            "RequiresCompatibilities": ["FARGATE"],
            "ContainerDefinitions": [{"Name": "web", "Image": IMAGE, "Essential": True}],
        },
    },
    "Service": {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "Cluster": {"Ref": "Cluster"},
            "TaskDefinition": {"Ref": "Task"},
            "DesiredCount": 1,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
        },
    },
}


def test_an_image_of_a_registry_is_named_with_what_runs_instead(cloud: LocalCloud, tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"Resources": RESOURCES}))
    said = f"{IMAGE}: only images that are built from a directory of the app, with a Dockerfile, run here"
    with pytest.raises(WellmadeError, match=re.escape(said)):
        deploy_templates(cloud, [file], parameters={}, report=print)
