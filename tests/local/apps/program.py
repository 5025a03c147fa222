"""An app with one program behind a load balancer, which can be told to fail in several ways."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

PROGRAM = """
import http.server, os, sys, time
mode = os.environ["MODE"]
print("this program starts as", mode, flush=True)
if mode == "ends":
    sys.exit("the settings are missing")
if mode == "silent":
    time.sleep(600)

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if mode == "unhealthy" else 200)
        self.end_headers()
        self.wfile.write(mode.encode())

http.server.ThreadingHTTPServer((os.environ["HOST"], 8080), Answer).serve_forever()
"""


class ProgramStack(cdk.Stack):
    """A service of one task.

    Args:
        folder: Where the image's directory is made.
        mode: `serves`, `ends`, `silent` or `unhealthy`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, folder: Path, mode: str) -> None:
        super().__init__(scope, construct_id)
        (folder / "program").mkdir(exist_ok=True)
        (folder / "program" / "server.py").write_text(PROGRAM)
        (folder / "program" / "Dockerfile").write_text(
            'FROM python:3.13\nWORKDIR /app\nCOPY server.py /app/\nCMD ["python", "-m", "server"]\n'
        )
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0)
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "Main",
            image=ecs.ContainerImage.from_asset(str(folder / "program")),
            port_mappings=[ecs.PortMapping(container_port=8080)],
            environment={"MODE": mode, "PYTHONPATH": "/app"},
            logging=ecs.LogDriver.aws_logs(stream_prefix="main"),
        )
        service = ecs.FargateService(
            self,
            "Service",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            desired_count=1,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            assign_public_ip=True,
        )
        balancer = elbv2.ApplicationLoadBalancer(self, "Balancer", vpc=vpc, internet_facing=True)
        balancer.add_listener("Http", port=80, open=False).add_targets(
            "Tasks",
            port=8080,
            protocol=elbv2.ApplicationProtocol.HTTP,
            targets=[service],
            health_check=elbv2.HealthCheck(
                interval=cdk.Duration.seconds(5), timeout=cdk.Duration.seconds(2), unhealthy_threshold_count=2
            ),
        )
        cdk.CfnOutput(self, "Name", value=balancer.load_balancer_name)
