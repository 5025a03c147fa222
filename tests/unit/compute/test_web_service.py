import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Match, Template

from tests.stacks.public import open_ports
from tests.templates import of_type, statements
from tests.unit.compute.conftest import define_service, network, public
from wellmade.check.run import check
from wellmade.compute import Container, Ingress, RepositoryImage, Scaling, TaskSize, WebService
from wellmade.foundation import ScheduledScaling
from wellmade.graph import load
from wellmade.testing import synthesize


def test_promises_https_and_a_redirect(template: dict[str, Any]) -> None:
    result = Template.from_json(template)
    result.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::Listener", {"Port": 443, "Protocol": "HTTPS"}
    )
    redirect = {"RedirectConfig": {"Port": "443", "Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
    result.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::Listener",
        {"Port": 80, "DefaultActions": [{**redirect, "Type": "redirect"}]},
    )


def test_opens_443_and_80_to_the_world_and_nothing_else(template: dict[str, Any]) -> None:
    groups = of_type(template, "AWS::EC2::SecurityGroup")
    inline = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
    beside = of_type(template, "AWS::EC2::SecurityGroupIngress")
    world = [rule for rule in inline + beside if rule.get("CidrIp") == "0.0.0.0/0" or "CidrIpv6" in rule]
    assert sorted((rule["FromPort"], rule["ToPort"]) for rule in world) == [(80, 80), (443, 443)]
    assert [rule["FromPort"] for rule in beside] == [8080]


def test_promises_a_liveness_path_and_draining_no_longer_than_stopping(template: dict[str, Any]) -> None:
    [targets] = of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert targets["HealthCheckPath"] == "/health"
    assert targets["HealthCheckTimeoutSeconds"] < targets["HealthCheckIntervalSeconds"]
    attributes = {each["Key"]: each["Value"] for each in targets["TargetGroupAttributes"]}
    service = [task for task in of_type(template, "AWS::ECS::TaskDefinition") if "order_api" in str(task)]
    [container] = service[0]["ContainerDefinitions"]
    assert int(attributes["deregistration_delay.timeout_seconds"]) <= container["StopTimeout"]


def test_promises_a_release_that_takes_itself_back(template: dict[str, Any]) -> None:
    alarms = {name for name, r in template["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    [deployment] = [
        service["DeploymentConfiguration"]
        for service in of_type(template, "AWS::ECS::Service")
        if "LoadBalancers" in service
    ]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert deployment["Alarms"]["Rollback"] is True
    named = {name["Ref"] for name in deployment["Alarms"]["AlarmNames"]}
    assert len(named) == 2
    assert named <= alarms


def test_promises_scaling_by_cpu_and_by_requests(template: dict[str, Any]) -> None:
    policies = [
        policy["TargetTrackingScalingPolicyConfiguration"]
        for policy in of_type(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
        if policy["PolicyType"] == "TargetTrackingScaling"
    ]
    predefined = {
        policy["PredefinedMetricSpecification"]["PredefinedMetricType"]: policy["TargetValue"]
        for policy in policies
        if "PredefinedMetricSpecification" in policy
    }
    assert predefined == {"ECSServiceAverageCPUUtilization": 60, "ALBRequestCountPerTarget": 1000}


def test_promises_graviton_a_read_only_root_and_no_root_user(template: dict[str, Any]) -> None:
    for task in of_type(template, "AWS::ECS::TaskDefinition"):
        assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        [container] = task["ContainerDefinitions"]
        assert container["ReadonlyRootFilesystem"] is True
        assert container["User"].split(":")[0] not in {"0", "root"}
        assert task["TaskRoleArn"] != task["ExecutionRoleArn"]
    for group in of_type(template, "AWS::Logs::LogGroup"):
        assert group["RetentionInDays"] == 30


def test_grants_starting_to_the_execution_role_and_nothing_to_the_program(template: dict[str, Any]) -> None:
    granted = list(statements(template, "ServiceExecutionRole"))
    actions = {
        action for s in granted for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }
    assert {action.split(":")[0] for action in actions} == {"ecr", "logs"}
    assert [s["Action"] for s in granted if s["Resource"] == "*"] == ["ecr:GetAuthorizationToken"]
    assert list(statements(template, "ServiceRole")) == []
    [beside] = of_type(template, "AWS::IAM::Policy")
    assert "Invoices" in str(beside["Roles"])


def test_grants_a_secret_to_the_agent_and_not_to_the_program() -> None:
    def define(stack: cdk.Stack) -> None:
        secret = secretsmanager.Secret(stack, "Key")
        define_service(stack).add_secret("SIGNING_KEY", ecs.Secret.from_secrets_manager(secret))

    template = synthesize(define)
    [reads] = [
        s for s in statements(template, "ServiceExecutionRole") if "secretsmanager" in str(s["Action"])
    ]
    assert reads["Action"] == "secretsmanager:GetSecretValue"
    assert list(statements(template, "ServiceRole")) == []


def test_trusts_ecs_for_this_account_only(template: dict[str, Any]) -> None:
    for role in of_type(template, "AWS::IAM::Role"):
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_splits_spot_above_what_is_on_demand() -> None:
    template = synthesize(lambda stack: define_service(stack, scaling=Scaling(on_demand_base=2)))
    [service] = of_type(template, "AWS::ECS::Service")
    on_demand, spot = service["CapacityProviderStrategy"]
    assert on_demand["Base"] == 2
    assert spot["Weight"] / (spot["Weight"] + on_demand["Weight"]) == 0.8


def test_sleeps_outside_of_hours() -> None:
    template = synthesize(lambda stack: define_service(stack, scaling=Scaling(hours=ScheduledScaling(8, 18))))
    [target] = of_type(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    actions = {each["Schedule"]: each["ScalableTargetAction"] for each in target["ScheduledActions"]}
    assert actions == {
        "cron(0 8 ? * MON-FRI *)": {"MinCapacity": 2, "MaxCapacity": 10},
        "cron(0 18 ? * MON-FRI *)": {"MinCapacity": 0, "MaxCapacity": 0},
    }


def test_shifts_between_blue_and_green_without_codedeploy() -> None:
    template = synthesize(lambda stack: define_service(stack, deployment="blue-green"))
    result = Template.from_json(template)
    result.has_resource_properties(
        "AWS::ECS::Service",
        {
            "DeploymentConfiguration": {
                "Strategy": "BLUE_GREEN",
                "BakeTimeInMinutes": 10,
                "Alarms": {"Enable": True, "Rollback": True, "AlarmNames": Match.any_value()},
            },
            "LoadBalancers": [{"AdvancedConfiguration": {"TestListenerRule": Match.any_value()}}],
        },
    )
    assert len(of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup")) == 2
    watched = [
        str(alarm["Dimensions"])
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == "HTTPCode_Target_5XX_Count"
    ]
    assert [("ServiceTargets" in each, "GreenTargets" in each) for each in watched] == [
        (True, False),
        (False, True),
    ]
    granted = list(statements(template, "ServiceShiftRole"))
    assert {s["Resource"] == "*" for s in granted if "Describe" not in str(s["Action"])} == {False}
    assert not [kind for kind in {r["Type"] for r in template["Resources"].values()} if "CodeDeploy" in kind]


def test_the_listener_for_tests_of_a_release_is_reached_from_inside_the_network_alone() -> None:
    template = synthesize(lambda stack: define_service(stack, deployment="blue-green"))
    assert "curl --connect-to ::ADDRESS:8443" in (WebService.__doc__ or "")
    ports = {each["Port"]: each for each in of_type(template, "AWS::ElasticLoadBalancingV2::Listener")}
    assert ports[8443]["Protocol"] == "HTTPS"
    assert {ports for _, ports in open_ports(template)} == {"80", "443"}


def test_lets_all_ranges_of_the_network_in() -> None:
    def define(stack: cdk.Stack) -> None:
        vpc = network(stack)
        ec2.CfnVPCCidrBlock(stack, "Pods", vpc_id=vpc.vpc_id, cidr_block="100.64.0.0/16")
        define_service(stack, vpc=vpc, ingress=Ingress(public=False), deployment="blue-green")

    groups = of_type(synthesize(define), "AWS::EC2::SecurityGroup")
    found = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
    assert {rule["FromPort"] for rule in found if rule["CidrIp"] == "100.64.0.0/16"} == {80, 8443}


def test_makes_a_certificate_and_a_name_for_a_domain() -> None:
    def define(stack: cdk.Stack) -> None:
        zone = route53.HostedZone.from_hosted_zone_attributes(
            stack, "Zone", hosted_zone_id="Z1", zone_name="example.com"
        )
        define_service(stack, ingress=Ingress(domain="shop.example.com", zone=zone))

    result = Template.from_json(synthesize(define))
    result.has_resource_properties(
        "AWS::CertificateManager::Certificate", {"DomainName": "shop.example.com", "ValidationMethod": "DNS"}
    )
    result.has_resource_properties("AWS::Route53::RecordSet", {"Name": "shop.example.com.", "Type": "A"})


def test_serves_inside_the_network_without_a_certificate() -> None:
    template = synthesize(lambda stack: define_service(stack, ingress=Ingress(public=False)))
    [balancer] = of_type(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Scheme"] == "internal"
    assert "0.0.0.0/0" not in str(
        [g.get("SecurityGroupIngress") for g in of_type(template, "AWS::EC2::SecurityGroup")]
    )


def test_takes_an_image_that_was_built_elsewhere(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    repository = ecr.Repository.from_repository_name(stack, "Repository", "shop")
    define_service(stack, image=RepositoryImage(repository, "4f2c1e", name="shop"))
    pulls = [s for s in statements(synth(), "ServiceExecutionRole") if "ecr:BatchGetImage" in s["Action"]]
    assert "repository/shop" in str(pulls[0]["Resource"])


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "web_service")


def test_has_no_findings(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    define_service(cdk.Stack(app, "Test")).add_worker("Invoices", image="invoice_worker")
    app.synth()
    assert check(load([tmp_path])) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"ingress": Ingress()},
            "Test/Service: ingress must be given a certificate, or a domain with its hosted zone, got neither; give one of them, or public=False for a service inside the network",
        ),
        (
            {"ingress": Ingress(domain="shop.example.com")},
            "Test/Service: ingress must be given a certificate, or a domain with its hosted zone, got the domain shop.example.com without its zone; give one of them, or public=False for a service inside the network",
        ),
        (
            {"scaling": Scaling(on_demand_base=0)},
            "Test/Service: scaling.on_demand_base must be at least 1 where Spot is used, got 0; Spot tasks may all be taken at once; keep one that cannot be",
        ),
        (
            {"scaling": Scaling(hours=ScheduledScaling(start_hour=7, end_hour=24))},
            "Test/Service: scaling.hours.end_hour must be between 8 and 23, got 24; "
            "a day ends after it starts, and before midnight",
        ),
        (
            {"scaling": Scaling(min_capacity=11)},
            "Test/Service: scaling.min_capacity must be between 1 and 10, got 11; 2 survive a zone",
        ),
        (
            {"deployment": "canary"},
            "Test/Service: deployment must be rolling, blue-green or a GradualRelease, got 'canary'; "
            "rolling suits most services",
        ),
        (
            {"ingress": Ingress(public=False, longest_request=cdk.Duration.minutes(5))},
            "Test/Service: ingress.longest_request must be between 1 and 115, got 300; hand longer work to a worker: add_worker",
        ),
        (
            {"size": TaskSize(cpu=300)},
            "Test/Service: size.cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, got 300; 512 suits most services",
        ),
        (
            {"size": TaskSize(cpu=256, memory=8192)},
            "Test/Service: size.memory must be one of 512, 1024, 2048 for 256 CPU units, got 8192; use 2048",
        ),
        (
            {"image": Container("order_api", environment={"API_KEY": "abc"})},
            "Test/Service: environment['API_KEY'] must be free of secrets, got literal text; keep it in Secrets Manager and pass its ARN",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, **options)


def test_refuses_one_zone(stack: cdk.Stack) -> None:
    message = "Test/Service: vpc must be in at least 2 zones, got 1; one zone is lost as a whole"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        WebService(stack, "Service", vpc=network(stack, max_azs=1), image="order_api", ingress=public(stack))


def test_refuses_a_directory_without_a_dockerfile(stack: cdk.Stack, tmp_path: Path) -> None:
    message = f"{tmp_path}: image must be a directory with a Dockerfile, got '{tmp_path}'; name one of file_receiver, invoice_worker, media_transcoder, order_api, or give the path of your own as a pathlib.Path"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, image=tmp_path)


def test_refuses_a_tag_that_moves(stack: cdk.Stack) -> None:
    repository = ecr.Repository.from_repository_name(stack, "Repository", "shop")
    with pytest.raises(
        ValueError, match=r"^RepositoryImage: tag must be the name of one build, got 'latest'"
    ):
        RepositoryImage(repository, "latest")


def test_refuses_permissions_of_the_program_on_the_execution_role(stack: cdk.Stack) -> None:
    message = "Test/Service/ExecutionRole: actions must be what starting a task takes, got 'sqs:SendMessage'; the program runs under the task role: use allow of the service"
    service = define_service(stack)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        service.execution_role.allow(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:1:q"])


def resource(service: WebService) -> ecs.CfnService:
    return cast(ecs.CfnService, service.service.node.find_child("Service"))


def narrow(service: WebService) -> None:
    resource(service).deployment_configuration = ecs.CfnService.DeploymentConfigurationProperty(
        minimum_healthy_percent=100, maximum_percent=100
    )


def open_a_shell(service: WebService) -> None:
    resource(service).enable_execute_command = True


def wait_for_long(service: WebService) -> None:
    resource = cast(elbv2.CfnTargetGroup, service.targets.node.default_child)
    resource.add_property_override("HealthCheckTimeoutSeconds", 10)


def drain_shortly(service: WebService) -> None:
    service.targets.set_attribute("deregistration_delay.timeout_seconds", "5")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            narrow,
            "Test/Service: maximum_percent must be above 100 where the minimum is 100, got 100; or no task can be replaced: none may stop before another has started",
        ),
        (
            open_a_shell,
            "Test/Service: enable_execute_command must be off, got on; a shell in production is a way round every review; look at the log",
        ),
        (
            wait_for_long,
            "Test/Service: health check timeout must be below its interval of 10 s, got 10 s; or one check still waits when the next begins",
        ),
        (
            drain_shortly,
            "Test/Service: deregistration delay must be at least the longest request of 30 s, got 5 s; or requests are cut off at every deployment",
        ),
    ],
)
def test_refuses_at_synth_what_was_broken_by_reaching_through(
    stack: cdk.Stack, refused: Callable[[], str], change: Callable[[WebService], None], message: str
) -> None:
    change(define_service(stack))
    assert message in refused()


def test_the_target_groups_type_is_as_the_rules_read_it(stack: cdk.Stack) -> None:
    assert isinstance(define_service(stack).targets.node.default_child, elbv2.CfnTargetGroup)
