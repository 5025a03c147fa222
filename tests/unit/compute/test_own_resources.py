"""Services and workers with clusters, load balancers, queues, images and networks of the user's."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Annotations, Match

from tests.templates import actions, ids_of, lost, of_type, the
from tests.unit.compute.conftest import define_service, network, public
from wellmade.compute import (
    BacklogScaling,
    Container,
    FargateWorker,
    Ingress,
    ListenerRule,
    Scaling,
    TaskSize,
    WebService,
)
from wellmade.foundation import DurableQueue
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/theirs/50dc6c495c0c9188/f2f7dc8e"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/theirs/50dc6c495c0c9188"


def balancer(stack: cdk.Stack, vpc: ec2.IVpc, **options: Any) -> elbv2.ApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer(stack, "Theirs", vpc=vpc, internet_facing=True, **options)


def shared(balancer: elbv2.ApplicationLoadBalancer) -> elbv2.ApplicationListener:
    return balancer.add_listener(
        "Listener", port=80, open=True, default_action=elbv2.ListenerAction.fixed_response(404)
    )


def variables(template: dict[str, Any], name: str = "") -> dict[str, Any]:
    containers = [
        each
        for task in of_type(template, "AWS::ECS::TaskDefinition")
        for each in task["ContainerDefinitions"]
    ]
    [found] = [each for each in containers if name in each["Name"]]
    return {each["Name"]: each["Value"] for each in found["Environment"]}


def dimensions_of(template: dict[str, Any]) -> dict[str, set[str]]:
    """By metric, what an alarm watches it under."""
    return {
        alarm["MetricName"]: {each["Name"] for each in alarm["Dimensions"]}
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
    }


def test_routes_on_a_load_balancer_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    theirs = balancer(stack, vpc, idle_timeout=cdk.Duration.seconds(90))
    service = define_service(stack, vpc=vpc, load_balancer=theirs)
    template = synth()
    assert len(of_type(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")) == 1
    assert of_type(template, "AWS::S3::Bucket") == []
    assert the(template, "AWS::ElasticLoadBalancingV2::Listener")["Port"] == 443
    assert variables(template)["KEEP_ALIVE_SECONDS"] == "95"
    assert service.load_balancer is theirs


def test_routes_on_an_imported_load_balancer(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    theirs = elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack,
        "Theirs",
        load_balancer_arn=BALANCER,
        security_group_id="sg-1",
        load_balancer_dns_name="theirs.example.com",
        vpc=vpc,
    )
    define_service(stack, vpc=vpc, load_balancer=theirs)
    template = synth()
    assert the(template, "AWS::ElasticLoadBalancingV2::Listener")["LoadBalancerArn"] == BALANCER
    rules = of_type(template, "AWS::EC2::SecurityGroupIngress")
    [into] = [rule["SourceSecurityGroupId"] for rule in rules if rule["FromPort"] == 8080]
    assert into == "sg-1"


def test_shares_a_listener_by_a_rule(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    listener = shared(balancer(stack, vpc))
    rule = ListenerRule(listener, priority=7, paths=["/orders/*"], hosts=["shop.example.com"])
    service = define_service(stack, vpc=vpc, ingress=rule)
    template = synth()
    found = the(template, "AWS::ElasticLoadBalancingV2::ListenerRule")
    assert found["Priority"] == 7
    assert [each["Field"] for each in found["Conditions"]] == ["path-pattern", "host-header"]
    assert service.url == "http://shop.example.com"
    watched = dimensions_of(template)
    assert "HTTPCode_ELB_5XX_Count" not in watched
    assert watched["HTTPCode_Target_5XX_Count"] == {"LoadBalancer", "TargetGroup"}


def test_faults_of_others_on_its_load_balancer_take_no_release_back(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    service = define_service(stack, vpc=vpc, load_balancer=balancer(stack, vpc))
    watched = dimensions_of(synth())
    assert watched["HTTPCode_Target_5XX_Count"] == {"LoadBalancer", "TargetGroup"}
    assert watched["TargetResponseTime"] == {"LoadBalancer", "TargetGroup"}
    assert service.alarms.by_name().get("green_errors") is None


def test_shares_an_imported_listener(stack: cdk.Stack, synth: Synth) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    listener = elbv2.ApplicationListener.from_application_listener_attributes(
        stack, "Listener", listener_arn=LISTENER, security_group=group
    )
    rule = ListenerRule(listener, priority=1, idle_timeout=cdk.Duration.seconds(120))
    service = define_service(stack, ingress=rule)
    template = synth()
    alarm = next(
        a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "TargetResponseTime"
    )
    named = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert named["LoadBalancer"] == "app/theirs/50dc6c495c0c9188"
    assert variables(template)["KEEP_ALIVE_SECONDS"] == "125"
    message = (
        "Test/Service: ingress must be given with a host where the listener is imported, got none; "
        "give ListenerRule(hosts=[…])"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        _ = service.url


def test_no_two_services_of_an_app_have_one_priority(stack: cdk.Stack) -> None:
    vpc = network(stack)
    listener = shared(balancer(stack, vpc))
    define_service(stack, vpc=vpc, ingress=ListenerRule(listener, priority=7, paths=["/a/*"]))
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    message = (
        "Other/Service: ingress.priority must be another one for each rule of a listener, "
        "got 7, which Test/Service has; take another"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(other, vpc=vpc, ingress=ListenerRule(listener, priority=7, paths=["/b/*"]))


def test_an_imported_listener_has_its_priorities_in_whichever_stack_it_is_imported(stack: cdk.Stack) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    for place in (stack, other):
        group = ec2.SecurityGroup.from_security_group_id(place, "Group", "sg-1")
        listener = elbv2.ApplicationListener.from_application_listener_attributes(
            place, "Listener", listener_arn=LISTENER, security_group=group
        )
        if place is stack:
            define_service(place, ingress=ListenerRule(listener, priority=1))
    with pytest.raises(ValueError, match="got 1, which Test/Service has"):
        define_service(other, ingress=ListenerRule(listener, priority=1))


def test_moves_a_shared_rule_between_blue_and_green(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    rule = ListenerRule(shared(balancer(stack, vpc)), priority=3)
    service = define_service(stack, vpc=vpc, ingress=rule, deployment="blue-green")
    template = synth()
    [mapping] = the(template, "AWS::ECS::Service")["LoadBalancers"]
    advanced = mapping["AdvancedConfiguration"]
    [ours] = ids_of(template, "AWS::ElasticLoadBalancingV2::ListenerRule")
    assert ours in str(advanced["ProductionListenerRule"])
    assert "TestListenerRule" not in advanced
    assert service.alarms.green_errors is not None
    assert len(the(template, "AWS::ECS::Service")["DeploymentConfiguration"]["Alarms"]["AlarmNames"]) == 4


def test_runs_in_a_cluster_without_capacity_providers(stack: cdk.Stack, synth: Synth) -> None:
    cluster = ecs.Cluster(stack, "Mine", vpc=network(stack))
    WebService(stack, "Service", cluster=cluster, image="order_api", ingress=public(stack))
    template = synth()
    service = the(template, "AWS::ECS::Service")
    assert service["LaunchType"] == "FARGATE"
    assert "CapacityProviderStrategy" not in service
    assert len(of_type(template, "AWS::ECS::Cluster")) == 1


def test_waits_for_the_capacity_providers_that_spot_takes(stack: cdk.Stack, synth: Synth) -> None:
    cluster = ecs.Cluster(stack, "Mine", vpc=network(stack))
    FargateWorker(
        stack, "Worker", cluster=cluster, image="invoice_worker", scaling=BacklogScaling(on_demand_base=0)
    )
    template = synth()
    [association] = ids_of(template, "AWS::ECS::ClusterCapacityProviderAssociations")
    [service] = [r for r in template["Resources"].values() if r["Type"] == "AWS::ECS::Service"]
    assert association in service["DependsOn"]


def test_has_its_capacity_providers_in_its_own_cluster(stack: cdk.Stack, synth: Synth) -> None:
    define_service(stack, scaling=Scaling(on_demand_base=1))
    template = synth()
    assert the(template, "AWS::ECS::Cluster")["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert of_type(template, "AWS::ECS::ClusterCapacityProviderAssociations") == []


def imported_cluster(stack: cdk.Stack) -> ecs.ICluster:
    return ecs.Cluster.from_cluster_attributes(stack, "Mine", cluster_name="theirs", vpc=network(stack))


def test_says_what_spot_takes_of_an_imported_cluster(stack: cdk.Stack, synth: Synth) -> None:
    scaling = BacklogScaling(on_demand_base=1)
    FargateWorker(stack, "Worker", cluster=imported_cluster(stack), image="invoice_worker", scaling=scaling)
    synth()
    told = Match.string_like_regexp("must have the capacity providers FARGATE and FARGATE_SPOT")
    assert Annotations.from_stack(stack).find_warning("/Test/Worker", told)


def test_refuses_a_cluster_that_hides_its_network(stack: cdk.Stack) -> None:
    arn = "arn:aws:ecs:eu-west-1:111111111111:cluster/theirs"
    cluster = ecs.Cluster.from_cluster_arn(stack, "Mine", arn)
    message = (
        "Test/Worker: cluster must be imported with its network, got one without; "
        "import it with from_cluster_attributes and its vpc"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        FargateWorker(stack, "Worker", cluster=cluster, image="invoice_worker")


def test_defines_a_cluster_for_a_worker_alone(stack: cdk.Stack, synth: Synth) -> None:
    FargateWorker(stack, "Worker", vpc=network(stack), image="invoice_worker")
    assert len(of_type(synth(), "AWS::ECS::Cluster")) == 1


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (lambda _: ecs.ContainerImage.from_registry("public.ecr.aws/x/nginx:1"), "nginx"),
        (lambda path: ecs.ContainerImage.from_asset(str(path)), "Fn::Sub"),
        (lambda path: path, "Fn::Sub"),
    ],
)
def test_takes_any_image(
    stack: cdk.Stack, synth: Synth, own_program: Path, image: Callable[..., Any], expected: str
) -> None:
    define_service(stack, image=image(own_program))
    template = synth()
    assert expected in str(the(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"][0]["Image"])
    pulls = "ecr:BatchGetImage" in actions(template, "ServiceExecutionRole")
    assert pulls == (expected == "Fn::Sub")


def test_builds_for_the_processor_of_the_task(stack: cdk.Stack, synth: Synth, own_program: Path) -> None:
    size = TaskSize(16_384, 122_880, cdk.Size.gibibytes(100), ecs.CpuArchitecture.X86_64)
    define_service(stack, image=own_program, size=size)
    task = the(synth(), "AWS::ECS::TaskDefinition")
    assert (task["Cpu"], task["Memory"]) == ("16384", "122880")
    assert task["EphemeralStorage"] == {"SizeInGiB": 100}
    assert task["RuntimePlatform"]["CpuArchitecture"] == "X86_64"
    assets = json.loads(
        next(Path(cast(cdk.App, stack.node.root).outdir).glob("Test*.assets.json")).read_text()
    )
    assert [each["source"]["platform"] for each in assets["dockerImages"].values()] == ["linux/amd64"]


def test_tells_whoever_brings_a_program_how_long_to_keep_connections(
    stack: cdk.Stack, own_program: Path
) -> None:
    define_service(stack, image=own_program)
    told = Match.string_like_regexp("longer than the load balancer's 35 s.*KEEP_ALIVE_SECONDS tells it 40")
    assert Annotations.from_stack(stack).find_info("/Test/Service", told)


def test_says_nothing_of_connections_to_programs_that_heed_them(stack: cdk.Stack) -> None:
    define_service(stack)
    told = Match.string_like_regexp("KEEP_ALIVE")
    assert Annotations.from_stack(stack).find_info("/Test/Service", told) == []


def test_runs_sidecars(stack: cdk.Stack, synth: Synth) -> None:
    agent = Container(
        ecs.ContainerImage.from_registry("public.ecr.aws/x/agent:1"), name="agent", port=4317, essential=False
    )
    define_service(stack, image=Container("order_api", port=9000, sidecars=[agent], user=None))
    template = synth()
    program, beside = the(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert (program["Name"], program["PortMappings"][0]["ContainerPort"]) == ("order_api", 9000)
    assert "User" not in program
    assert (beside["Name"], beside["Essential"], beside["User"]) == ("agent", False, "1000:1000")
    assert the(template, "AWS::ElasticLoadBalancingV2::TargetGroup")["Port"] == 9000
    assert variables(template, "order_api")["PORT"] == "9000"


def test_refuses_two_containers_with_one_name(stack: cdk.Stack) -> None:
    message = (
        "Test/Service: sidecars must be containers with names of their own, got 'order_api'; "
        "give one of them another name=, with Container"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, image=Container("order_api", sidecars=[Container("order_api")]))


def test_takes_subnets_and_groups_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    only = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    FargateWorker(
        stack,
        "Worker",
        vpc=network(stack),
        image="invoice_worker",
        vpc_subnets=only,
        security_groups=[group],
    )
    template = synth()
    placed = the(template, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert placed["SecurityGroups"] == ["sg-1"]
    assert of_type(template, "AWS::EC2::SecurityGroup") == []


def queue_of(stack: cdk.Stack, kind: str) -> Any:
    if kind == "ours":
        return DurableQueue(stack, "Jobs", visibility_timeout=cdk.Duration.seconds(45))
    dead_letters = sqs.Queue(
        stack, "Dead", fifo=kind == "fifo" or None, retention_period=cdk.Duration.days(14)
    )
    return sqs.Queue(
        stack,
        "Jobs",
        fifo=kind == "fifo" or None,
        visibility_timeout=cdk.Duration.seconds(45),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=3),
    )


@pytest.mark.parametrize("kind", ["ours", "theirs", "fifo"])
def test_works_off_a_queue_of_the_user(stack: cdk.Stack, synth: Synth, kind: str) -> None:
    queue = queue_of(stack, kind)
    FargateWorker(stack, "Worker", vpc=network(stack), image="invoice_worker", queue=queue)
    template = synth()
    assert len(of_type(template, "AWS::SQS::Queue")) == 2
    assert variables(template)["VISIBILITY_TIMEOUT_SECONDS"] == "45"
    assert "sqs:ReceiveMessage" in actions(template, "WorkerRole")


def test_works_off_an_imported_queue(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.Queue.from_queue_arn(stack, "Jobs", "arn:aws:sqs:eu-west-1:111111111111:jobs")
    dead = sqs.Queue.from_queue_arn(stack, "Dead", "arn:aws:sqs:eu-west-1:111111111111:dead")
    FargateWorker(
        stack,
        "Worker",
        vpc=network(stack),
        image="invoice_worker",
        queue=queue,
        dead_letter_queue=dead,
        visibility_timeout=cdk.Duration.seconds(90),
    )
    template = synth()
    assert of_type(template, "AWS::SQS::Queue") == []
    assert variables(template)["VISIBILITY_TIMEOUT_SECONDS"] == "90"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {},
            "Test/Worker: dead_letter_queue must be given for an imported queue, so that its alarm can be defined, got None; import it too, or leave the alarm out with alarm_thresholds={'dead_letters': None}",
        ),
        (
            {"alarm_thresholds": {"dead_letters": None}},
            "Test/Worker: visibility_timeout must be given for an imported queue, got None; give the visibility timeout that the queue has",
        ),
    ],
)
def test_asks_what_an_imported_queue_hides(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    queue = sqs.Queue.from_queue_arn(stack, "Jobs", "arn:aws:sqs:eu-west-1:111111111111:jobs")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        FargateWorker(stack, "Worker", vpc=network(stack), image="invoice_worker", queue=queue, **options)


def test_encrypts_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    FargateWorker(stack, "Worker", vpc=network(stack), image="invoice_worker", encryption_key=key)
    template = synth()
    [named] = [each for each in ids_of(template, "AWS::KMS::Key") if each.startswith("Key")]
    assert all(named in str(each["KmsMasterKeyId"]) for each in of_type(template, "AWS::SQS::Queue"))
    assert named in str(the(template, "AWS::Logs::LogGroup")["KmsKeyId"])
    storage = the(template, "AWS::ECS::Cluster")["Configuration"]["ManagedStorageConfiguration"]
    assert named in str(storage["FargateEphemeralStorageKmsKeyId"])
    principals = [
        str(each["Principal"])
        for each in template["Resources"][named]["Properties"]["KeyPolicy"]["Statement"]
    ]
    assert any("logs." in each for each in principals)
    assert any("fargate.amazonaws.com" in each for each in principals)
    assert "kms:Decrypt" in actions(template, "WorkerRole")


def tuned() -> list[dict[str, Any]]:
    return [
        {"scaling": BacklogScaling(max_capacity=20, on_demand_base=1)},
        {"size": TaskSize(1024, 2048)},
        {"max_receive_count": 5},
        {"visibility_timeout": cdk.Duration.minutes(2)},
        {"alarm_thresholds": {"dead_letters": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
        {"image": Container("invoice_worker", sidecars=[Container("order_api")])},
    ]


@pytest.mark.parametrize("options", tuned(), ids="-".join)
def test_tuning_a_deployed_worker_deletes_no_message(options: dict[str, Any]) -> None:
    def define(stack: cdk.Stack, **options: Any) -> None:
        FargateWorker(stack, "Worker", vpc=network(stack), **{"image": "invoice_worker", **options})

    before = synthesize(define)
    assert lost(before, synthesize(lambda stack: define(stack, **options))) == set()


def test_refuses_a_given_load_balancer_whose_port_is_taken(stack: cdk.Stack) -> None:
    vpc = network(stack)
    theirs = balancer(stack, vpc)
    shared(theirs)
    message = (
        "Test/Service: load_balancer must be one without a listener on 80, got one with such a listener; "
        "share it: ingress=ListenerRule(listener, priority=…)"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_service(stack, vpc=vpc, load_balancer=theirs, ingress=Ingress(public=False))


def test_refuses_an_idle_timeout_below_the_longest_request(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    vpc = network(stack)
    rule = ListenerRule(shared(balancer(stack, vpc)), priority=1, longest_request=cdk.Duration.seconds(90))
    define_service(stack, vpc=vpc, ingress=rule)
    message = "Test/Service: idle timeout must be at least the longest request of 90 s, got 60 s; or the load balancer gives up before the program answers"
    assert message in refused()


def test_refuses_what_an_isolated_task_cannot_call(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    tiers = [ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)]
    vpc = network(stack, subnet_configuration=tiers)
    FargateWorker(stack, "Worker", vpc=vpc, image="invoice_worker")
    message = refused()
    for service in ("ecr.api", "logs", "sqs"):
        assert f"Test/Worker: vpc must be a network with an endpoint for {service}" in message


def test_refuses_a_circuit_breaker_that_is_overridden(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    resource = cast(ecs.CfnService, define_service(stack).service.node.find_child("Service"))
    resource.add_property_override("DeploymentConfiguration.DeploymentCircuitBreaker.Enable", value=False)
    assert (
        "Test/Service: deployment_circuit_breaker must be on, with rollback, got off; "
        "or a release that cannot start is tried indefinitely"
    ) in refused()


def test_connects_callers_of_an_internal_service(stack: cdk.Stack, synth: Synth) -> None:
    vpc = network(stack)
    service = define_service(stack, vpc=vpc, ingress=Ingress(public=False))
    worker = service.add_worker("Invoices", image="invoice_worker")
    service.connect(worker)
    template = synth()
    assert "LoadBalancer" in str(variables(template, "invoice")["SERVICE_URL"])
    opened = [each for each in of_type(template, "AWS::EC2::SecurityGroupIngress") if each["FromPort"] == 80]
    assert ["InvoicesTaskGroup" in str(each["SourceSecurityGroupId"]) for each in opened] == [True]
