"""Services with images of anybody's: built from a directory of the app, or of a registry."""

import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy_assembly
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


SERVER = """
import http.server, os
import answers

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answers.greeting(self.server.server_address[0]))

http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""
ANSWERS = "def greeting(address): return b'hello from ' + address.encode()"
DOCKERFILE = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY *.py ./\nCMD ["python3", "-u", "main.py"]\n'


class WebStack(cdk.Stack):
    """Two tasks of a program that knows nothing of the embedded AWS."""

    def __init__(self, app: cdk.App, name: str, directory: Path) -> None:
        super().__init__(app, name)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False)
        balancer = elbv2.ApplicationLoadBalancer(self, "Lb", vpc=vpc, internet_facing=True)
        task = ecs.FargateTaskDefinition(self, "Task")
        image = ecs.ContainerImage.from_asset(str(directory))
        task.add_container("web", image=image, port_mappings=[ecs.PortMapping(container_port=8080)])
        service = ecs.FargateService(
            self,
            "Service",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            desired_count=2,
            min_healthy_percent=100,
        )
        balancer.add_listener("Http", port=80).add_targets("Tasks", port=8080, targets=[service])
        cdk.CfnOutput(self, "Name", value=balancer.load_balancer_name)


def test_a_program_that_listens_on_all_addresses_runs_twice(
    cloud: LocalCloud, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    source = tmp_path / "web"
    source.mkdir()
    for name, text in {"main.py": SERVER, "answers.py": ANSWERS, "Dockerfile": DOCKERFILE}.items():
        (source / name).write_text(text)
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), analytics_reporting=False)
    WebStack(app, "web", source)
    app.synth()
    name = deploy_assembly(cloud, tmp_path / "cdk.out").outputs["web"]["Name"]
    heard = set()

    def both_answer() -> bool:
        address = f"{cloud.endpoint}/_alb/{name}/"
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - the cloud's own
            heard.add(answer.read())
        return len(heard) == 2

    eventually(both_answer)
