import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import kubernetes_validate  # type: ignore[import-untyped]
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam

from tests.checkov import CHECKOV, needs_checkov
from tests.templates import actions, of_type, the
from tests.unit.compute.conftest import CERTIFICATE, network
from wellmade.compute import KubernetesPlatform, KubernetesService, NodeGroup
from wellmade.facts.eks import SOURCE, newest_version, standard_support_ends
from wellmade.foundation import DurableQueue, OnDemandTable
from wellmade.testing import synthesize

CLUSTER = "AWS::EKS::Cluster"
SCHEMAS = ("1.36", "1.37")
"""The version used, and those after it that have schemas: 1.38 is not out."""
WITH_REASON = {
    "CKV_K8S_43": "a tag names one build: `latest` is refused, and images of directories are named by their hash",
}


def define_platform(stack: cdk.Stack, **options: Any) -> KubernetesPlatform:
    vpc = options.pop("vpc") if "vpc" in options else network(stack, max_azs=2)
    return KubernetesPlatform(stack, "Platform", vpc=vpc, **options)


def define_service(stack: cdk.Stack, platform: KubernetesPlatform, **options: Any) -> KubernetesService:
    return KubernetesService(stack, "Orders", platform=platform, **{"image": "order_api", **options})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("manifests")


@pytest.fixture(scope="module")
def template(folder: Path) -> dict[str, Any]:
    """A service that keeps orders in a table; its manifests are in `folder`."""

    def define(stack: cdk.Stack) -> None:
        platform = define_platform(stack)
        certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE)
        service = define_service(stack, platform, certificate=certificate, environment={"MODE": "fast"})
        OnDemandTable(stack, "Table", partition_key="pk").connect(service, actions=["dynamodb:GetItem"])
        platform.write_manifests(folder)

    return synthesize(define)


@pytest.fixture(scope="module")
def manifests(template: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    assert template
    texts = [text for file in sorted(folder.iterdir()) for text in file.read_text().split("---\n") if text]
    return [json.loads(text) for text in texts]


def of_kind(manifests: list[dict[str, Any]], kind: str, **named: str) -> dict[str, Any]:
    [found] = [
        each
        for each in manifests
        if each["kind"] == kind and all(each["metadata"].get(key) == value for key, value in named.items())
    ]
    return found


def test_promises_nodes_that_eks_looks_after(template: dict[str, Any]) -> None:
    cluster = the(template, CLUSTER)
    assert cluster["ComputeConfig"]["Enabled"] is True
    assert cluster["ComputeConfig"]["NodePools"] == ["system", "general-purpose"]
    assert cluster["StorageConfig"]["BlockStorage"]["Enabled"] is True
    assert cluster["KubernetesNetworkConfig"]["ElasticLoadBalancing"]["Enabled"] is True
    assert not any("Custom::" in each["Type"] for each in template["Resources"].values())


def test_promises_an_api_that_nobody_outside_reaches(template: dict[str, Any]) -> None:
    cluster = the(template, CLUSTER)
    network_ = cluster["ResourcesVpcConfig"]
    assert (network_["EndpointPrivateAccess"], network_["EndpointPublicAccess"]) == (True, False)
    assert cluster["AccessConfig"] == {
        "AuthenticationMode": "API",
        "BootstrapClusterCreatorAdminPermissions": False,
    }
    assert cluster["EncryptionConfig"][0]["Resources"] == ["secrets"]
    logged = cluster["Logging"]["ClusterLogging"]["EnabledTypes"]
    assert {each["Type"] for each in logged} == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    [group] = of_type(template, "AWS::Logs::LogGroup")
    assert group["LogGroupName"] == f"/aws/eks/{cluster['Name']}/cluster"


def test_promises_a_version_with_support(template: dict[str, Any]) -> None:
    cluster = the(template, CLUSTER)
    assert cluster["Version"] == newest_version()
    assert cluster["UpgradePolicy"] == {"SupportType": "STANDARD"}


def test_gives_the_program_its_permissions_by_pod_identity(template: dict[str, Any]) -> None:
    identity = the(template, "AWS::EKS::PodIdentityAssociation")
    assert "OrdersRole" in str(identity["RoleArn"])
    assert actions(template, "OrdersRole") == {"dynamodb:GetItem"}
    role = template["Resources"][next(key for key in template["Resources"] if key.startswith("OrdersRole"))]
    trusted = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert {each["Action"] for each in trusted} == {"sts:AssumeRole", "sts:TagSession"}
    assert all("aws:SourceArn" in str(each["Condition"]) for each in trusted)


def test_each_value_that_is_known_later_is_an_output(
    template: dict[str, Any], manifests: list[dict[str, Any]]
) -> None:
    named = set(re.findall(r"\$\{(\w+)\}", json.dumps(manifests)))
    assert len(named) >= 3
    assert named <= set(template["Outputs"])
    settings = of_kind(manifests, "ConfigMap", namespace="apps")["data"]
    assert settings["MODE"] == "fast"
    assert settings["TABLE_NAME"].startswith("${Orders")


@pytest.mark.parametrize("version", SCHEMAS)
def test_manifests_are_what_kubernetes_takes(manifests: list[dict[str, Any]], version: str) -> None:
    assert len(manifests) >= 11
    for each in manifests:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_wrong_field_would_be_found(manifests: list[dict[str, Any]]) -> None:
    wrong = {**of_kind(manifests, "PodDisruptionBudget"), "specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, SCHEMAS[0], strict=True)


@pytest.mark.scan
@needs_checkov
def test_a_second_tool_finds_nothing_without_a_reason(
    manifests: list[dict[str, Any]], tmp_path: Path
) -> None:
    filled = re.sub(r"\$\{\w+\}", "registry.example.com/programs:0123abc", json.dumps(manifests))
    file = tmp_path / "filled.yaml"
    file.write_text("".join(f"---\n{json.dumps(each)}\n" for each in json.loads(filled)))
    command = [*CHECKOV, "--file", str(file), "--framework", "kubernetes", "--skip-download"]
    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False)
    results = json.loads(done.stdout)["results"]
    assert len(results["passed_checks"]) > 50
    assert {each["check_id"] for each in results["failed_checks"]} <= set(WITH_REASON)


def test_pods_are_never_all_taken_away(manifests: list[dict[str, Any]]) -> None:
    assert of_kind(manifests, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    scaled = of_kind(manifests, "HorizontalPodAutoscaler")["spec"]
    assert (scaled["minReplicas"], scaled["maxReplicas"]) == (2, 10)
    deployment = of_kind(manifests, "Deployment")["spec"]
    assert "replicas" not in deployment
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_namespaces_are_closed_until_a_service_opens_them(manifests: list[dict[str, Any]]) -> None:
    closed = of_kind(manifests, "NetworkPolicy", name="closed")["spec"]
    assert (closed["podSelector"], closed["policyTypes"]) == ({}, ["Ingress", "Egress"])
    namespace = of_kind(manifests, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_load_balancer_speaks_tls(manifests: list[dict[str, Any]]) -> None:
    said = of_kind(manifests, "Ingress")["metadata"]["annotations"]
    assert said["alb.ingress.kubernetes.io/certificate-arn"] == CERTIFICATE
    assert said["alb.ingress.kubernetes.io/scheme"] == "internal"
    assert said["alb.ingress.kubernetes.io/ssl-redirect"] == "443"


def test_the_load_balancer_is_told_its_subnets(
    template: dict[str, Any], manifests: list[dict[str, Any]]
) -> None:
    """It would look for tags that no network of the CDK has."""
    said = of_kind(manifests, "Ingress")["metadata"]["annotations"]
    assert said["alb.ingress.kubernetes.io/subnets"] == "${OrdersSubnets}"
    assert str(template["Outputs"]["OrdersSubnets"]).count("PrivateSubnet") == 2


def test_pods_reach_all_ranges_of_the_network(stack: cdk.Stack, tmp_path: Path) -> None:
    vpc = network(stack, max_azs=2)
    ec2.CfnVPCCidrBlock(stack, "Pods", vpc_id=vpc.vpc_id, cidr_block="100.64.0.0/16")
    platform = define_platform(stack, vpc=vpc, further_cidrs=["100.65.0.0/16"])
    define_service(stack, platform)
    written = "".join(each.read_text() for each in platform.write_manifests(tmp_path))
    for each in ("${OrdersNetwork}", "100.64.0.0/16", "100.65.0.0/16"):
        assert written.count(f'"{each}"') == 2


def test_node_groups_and_fargate_where_they_are_asked_for() -> None:
    def define(stack: cdk.Stack) -> None:
        administrator = iam.Role(stack, "People", assumed_by=iam.AccountRootPrincipal())
        define_platform(
            stack,
            auto_mode=False,
            node_groups={"general": NodeGroup(), "intel": NodeGroup(["m7i.large"], spot=True)},
            fargate_namespaces=["jobs"],
            administrators=[administrator],
        )

    template = synthesize(define)
    groups = of_type(template, "AWS::EKS::Nodegroup")
    assert {each["AmiType"] for each in groups} == {"BOTTLEROCKET_ARM_64", "BOTTLEROCKET_x86_64"}
    assert {each["CapacityType"] for each in groups} == {"ON_DEMAND", "SPOT"}
    for each in of_type(template, "AWS::EC2::LaunchTemplate"):
        assert each["LaunchTemplateData"]["MetadataOptions"]["HttpTokens"] == "required"
    cluster = the(template, CLUSTER)
    assert cluster["ComputeConfig"] == {"Enabled": False}
    assert cluster["StorageConfig"] == {"BlockStorage": {"Enabled": False}}
    assert cluster["KubernetesNetworkConfig"] == {"ElasticLoadBalancing": {"Enabled": False}}
    [profile] = of_type(template, "AWS::EKS::FargateProfile")
    assert profile["Selectors"] == [{"Namespace": "jobs"}]
    [entry] = of_type(template, "AWS::EKS::AccessEntry")
    assert "AmazonEKSClusterAdminPolicy" in str(entry["AccessPolicies"])


def addons(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = template["Resources"].values()
    return {each["Properties"]["AddonName"]: each for each in found if each["Type"] == "AWS::EKS::Addon"}


@pytest.mark.parametrize("auto_mode", [True, False])
def test_node_groups_have_what_auto_mode_has_built_in_for_its_own_nodes(*, auto_mode: bool) -> None:
    """Without a network plug-in no node is ready, and its group cannot be created."""
    groups = {"general": NodeGroup()}
    template = synthesize(lambda stack: define_platform(stack, auto_mode=auto_mode, node_groups=groups))
    [group] = [each for each in template["Resources"].values() if each["Type"] == "AWS::EKS::Nodegroup"]
    before = {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
    found = addons(template)
    assert set(found) == before | {"coredns", "metrics-server"}
    names = {
        name: each["Properties"]["AddonName"]
        for name, each in template["Resources"].items()
        if each in found.values()
    }
    assert {names[each] for each in group["DependsOn"] if each in names} == before
    assert "PlatformGeneralNodes" in str(found["coredns"]["DependsOn"])
    assert json.loads(found["vpc-cni"]["Properties"]["ConfigurationValues"]) == {
        "enableNetworkPolicy": "true"
    }


def test_fargate_alone_has_what_answers_names() -> None:
    template = synthesize(lambda s: define_platform(s, auto_mode=False, fargate_namespaces=["jobs"]))
    assert set(addons(template)) == {"coredns"}
    names = {"Namespace": "kube-system", "Labels": [{"Key": "k8s-app", "Value": "kube-dns"}]}
    assert the(template, "AWS::EKS::FargateProfile")["Selectors"] == [{"Namespace": "jobs"}, names]


def test_the_autoscaler_of_pods_knows_their_load(template: dict[str, Any]) -> None:
    assert set(addons(template)) == {"metrics-server"}


def test_pods_run_where_their_image_does(manifests: list[dict[str, Any]]) -> None:
    """The pool of Auto Mode for general purposes has no Graviton."""
    pod = of_kind(manifests, "Deployment")["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"kubernetes.io/arch": "amd64"}


@pytest.mark.parametrize(("kind", "processor"), [("m7g.large", "arm64"), ("m7i.large", "amd64")])
def test_pods_run_on_the_processor_of_the_node_groups(
    stack: cdk.Stack, tmp_path: Path, kind: str, processor: str
) -> None:
    platform = define_platform(stack, auto_mode=False, node_groups={"a": NodeGroup([kind])})
    service = define_service(stack, platform)
    platform.write_manifests(tmp_path)
    texts = (tmp_path / f"{service.service_name}.yaml").read_text().split("---\n")
    written = [json.loads(each) for each in texts if each]
    pod = of_kind(written, "Deployment")["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"kubernetes.io/arch": processor}
    shared = (tmp_path / "platform.yaml").read_text()
    assert ("ingress.k8s.aws/alb" in shared, "eks.amazonaws.com/alb" in shared) == (True, False)


def test_a_service_needs_nodes(stack: cdk.Stack) -> None:
    platform = define_platform(stack, auto_mode=False, fargate_namespaces=["jobs"])
    with pytest.raises(ValueError, match="Test/Orders: namespace must be one with nodes, got 'apps'; Pod Id"):
        define_service(stack, platform)


def test_named_ranges_open_the_api() -> None:
    template = synthesize(lambda stack: define_platform(stack, public_access_cidrs=["198.51.100.0/24"]))
    said = the(template, CLUSTER)["ResourcesVpcConfig"]
    assert (said["EndpointPublicAccess"], said["PublicAccessCidrs"]) == (True, ["198.51.100.0/24"])


def test_two_stacks() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    platform, work = cdk.Stack(app, "Platform"), cdk.Stack(app, "Work")
    service = define_service(work, define_platform(platform))
    DurableQueue(platform, "Queue").connect(service)
    resources = app.synth().get_stack_by_name("Platform").template["Resources"]
    assert not any(each["Type"] == "AWS::EKS::PodIdentityAssociation" for each in resources.values())


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "kubernetes_platform")


def test_check_finds_nothing(template: dict[str, Any], wellmade_no_findings: Callable[..., None]) -> None:
    wellmade_no_findings(template)


LASTING = f"one whose standard support lasts, such as {newest_version()} (until {standard_support_ends(newest_version())})"
SIX_TIMES = "then the control plane costs six times as much, or EKS upgrades it on its own day"
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"version": "1.34"},
        f"Test/Platform: version must be {LASTING}, got 1.34, whose standard support ends on 2026-12-02 as {SOURCE} has it; {SIX_TIMES}",
    ),
    (
        {"version": eks.KubernetesVersion.V1_29},
        f"Test/Platform: version must be {LASTING}, got 1.29, whose standard support ended before 2026-07-29 as {SOURCE} has it; {SIX_TIMES}",
    ),
    (
        {"version": "latest"},
        f"Test/Platform: version must be one of EKS such as {newest_version()}, got 'latest'; write its first two numbers",
    ),
    (
        {"public_access_cidrs": ["0.0.0.0/0"]},
        "Test/Platform: public_access_cidrs must be ranges that are not the whole internet, got 0.0.0.0/0; stolen tokens are tried from anywhere; name the addresses of your offices, or leave it out",
    ),
    (
        {"further_cidrs": ["100.64.0.0"]},
        "Test/Platform: further_cidrs must be ranges such as 100.64.0.0/16, got '100.64.0.0'; describe-vpcs lists those of a network",
    ),
    (
        {"node_groups": {"a": NodeGroup(["large"])}},
        "Test/Platform: node_groups['a'].instance_types must be types of instances that run Linux, got 'large'; m7g.large is one",
    ),
    (
        {"auto_mode": False},
        "Test/Platform: auto_mode must be on, or node_groups or fargate_namespaces given, got off; leave auto_mode on",
    ),
    (
        {"auto_mode": False, "node_groups": {"a": NodeGroup(min_size=2, max_size=2)}},
        "Test/Platform: node_groups['a'].max_size must be above min_size, 2, without auto_mode, got 2; or pods stay pending when the nodes are full; raise it, or leave auto_mode on",
    ),
    (
        {"node_groups": {"a": NodeGroup(["m7g.large", "m7i.large"])}},
        "Test/Platform: node_groups['a'].instance_types must be types of one processor, got ARM_64 and X86_64; images are built for one of them",
    ),
    (
        {"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)},
        "Test/Platform: vpc_subnets must be subnets that are not public, got public ones; give the network a private tier, as wellmade.network.Network has, and select that",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define_platform(stack, **options)


def test_refuses_one_zone(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match="Test/Platform: vpc must be in at least 2 zones, got 1; EKS asks"):
        define_platform(stack, vpc=network(stack, max_azs=1))


DAEMON = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent", "namespace": "jobs"}}


@pytest.mark.parametrize("auto_mode", [True, False])
def test_refuses_daemons_on_fargate(stack: cdk.Stack, *, auto_mode: bool) -> None:
    platform = define_platform(stack, auto_mode=auto_mode, fargate_namespaces=["jobs"])
    message = "Test/Platform: manifests must be without DaemonSets where pods run on Fargate, got a DaemonSet in namespace 'jobs'; run it as a second container of each pod, or give the cluster nodes"
    with pytest.raises(ValueError, match=re.escape(message)):
        platform.add_manifests("agent", [DAEMON])


def test_refuses_daemons_on_fargate_in_a_list_and_in_the_namespace_of_those_without_one(
    stack: cdk.Stack,
) -> None:
    platform = define_platform(stack, fargate_namespaces=["default"])
    unplaced = {**DAEMON, "metadata": {"name": "agent"}}
    for each in (unplaced, {"apiVersion": "v1", "kind": "List", "items": [unplaced]}):
        with pytest.raises(ValueError, match="got a DaemonSet in namespace 'default'"):
            platform.add_manifests("agent", [each])


def test_a_daemon_runs_on_nodes(stack: cdk.Stack, tmp_path: Path) -> None:
    platform = define_platform(stack)
    platform.add_manifests("agent", [DAEMON])
    assert tmp_path / "agent.yaml" in platform.write_manifests(tmp_path)


REFUSED_OF_A_SERVICE: list[tuple[dict[str, Any], str]] = [
    (
        {"namespace": "jobs"},
        "Test/Orders: namespace must be one with nodes, got 'jobs'; Pod Identity does not reach pods on Fargate; take a namespace of the platform that has nodes",
    ),
    (
        {"public": True},
        "Test/Orders: certificate must be given where the service is public, got None; people send passwords over it; give certificate=, or public=False",
    ),
    ({"port": 80}, "Test/Orders: port must be between 1024 and 65535, got 80; 8080 needs no root"),
    ({"cpu": 1}, "Test/Orders: cpu must be between 10 and 96000, got 1; 500 are half a processor"),
    ({"memory": 1}, "Test/Orders: memory must be between 16 and 786432, got 1; 1024 suit most programs"),
    ({"min_replicas": 11}, "Test/Orders: min_replicas must be between 1 and 10, got 11; 2 survive a zone"),
    (
        {"cpu_utilization": 0},
        "Test/Orders: cpu_utilization must be between 1 and 100, got 0; 60 leaves time to react",
    ),
    (
        {"environment": {"PASSWORD": "hunter2hunter2"}},
        "Test/Orders: environment['PASSWORD'] must be free of secrets, got literal text; ",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED_OF_A_SERVICE)
def test_a_service_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    platform = define_platform(stack, fargate_namespaces=["jobs"])
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        define_service(stack, platform, **options)


@pytest.mark.parametrize(
    "version", ["1.35", eks.KubernetesVersion.V1_35, "1.37", eks.KubernetesVersion.of("1.37")]
)
def test_takes_what_has_support_and_what_is_newer_than_the_table(stack: cdk.Stack, version: Any) -> None:
    cluster = define_platform(stack, version=version).cluster
    assert cluster.version == (version if isinstance(version, str) else version.version)


def test_refuses_an_override_with_too_little_support(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define_platform(stack).cluster.add_property_override("Version", "1.29")
    assert f"Test/Platform: version must be {LASTING}, got 1.29" in refused()


def test_refuses_an_override_that_opens_the_api(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    define_platform(stack).cluster.add_property_override(
        "ResourcesVpcConfig.EndpointPublicAccess", value=True
    )
    assert "Test/Platform: EndpointPublicAccess must be closed to the world, got ['0.0.0.0/0']" in refused()
