"""A service on a cluster of Kubernetes."""

from collections.abc import Mapping
from typing import Any, cast

import jsii
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.fleet.image import FleetImage, located
from wellmade.compute.kubernetes.files import known_later
from wellmade.compute.kubernetes.manifests import Manifest, Service, manifests_of
from wellmade.compute.kubernetes_platform import KubernetesPlatform
from wellmade.compute.program import Program
from wellmade.compute.service_options import refuse_wrong_path
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.placement import ranges_of
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.roles import WorkloadRole
from wellmade_runtime import variables as named

SUBJECT = "pods.eks.amazonaws.com"
_PROCESSORS = {ec2.InstanceArchitecture.ARM_64: "arm64", ec2.InstanceArchitecture.X86_64: "amd64"}
"""As Kubernetes labels nodes."""


@jsii.implements(ec2.IConnectable)
class KubernetesService(Program):
    """Serve a container from pods that scale with their load, behind a load balancer of the cluster.

    Defines: role of the program with its association by Pod Identity, the image, and these manifests of the
    platform: service account, settings, deployment, service, ingress for an application load balancer,
    autoscaler, disruption budget and network policy.

    Pods run without root, without a writable disk and without the cluster's token; new ones are ready before
    old ones go, one at a time is taken away at most, and they are spread over zones. The load balancer and
    the cluster's nodes reach the port, and the program reaches names and TLS.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        platform = KubernetesPlatform(self, "Platform", vpc=vpc)
        service = KubernetesService(self, "Orders", platform=platform, image="order_api")
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(service, actions=["dynamodb:GetItem"])

    Args:
        platform: The cluster.
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, or the name of a
            program that travels with this library; for the processor of the platform's nodes, which with
            Auto Mode is Intel's.
        namespace: One of the platform's that has nodes. Default: `apps`.
        port: Where the program listens. Default: 8080.
        environment: Variables of the program; no secrets. Default: its port.
        cpu: Thousandths of a processor for each pod. Default: 500.
        memory: MiB for each pod. Default: 1024.
        min_replicas: Pods that always run. Default: 2, one in each of two zones.
        max_replicas: Most pods. Default: 10.
        cpu_utilization: Percentage of their CPU that scaling aims at. Default: 60.
        health_check_path: What tells that a pod lives. Default: `/health`.
        certificate: Of the load balancer; needed where it is public. Default: HTTP inside the network.
        public: Open to the world. Default: False.

    Raises:
        RefusedError: If an option is out of bounds, a public service has no certificate, or its namespace is
            on Fargate, where Pod Identity gives no permissions.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    association: eks.CfnPodIdentityAssociation
    """Gives the role to the pods of the service account."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: KubernetesPlatform,
        image: FleetImage,
        namespace: str = "apps",
        port: int = 8080,
        environment: Mapping[str, str] | None = None,
        cpu: int = 500,
        memory: int = 1024,
        min_replicas: int = 2,
        max_replicas: int = 10,
        cpu_utilization: int = 60,
        health_check_path: str = "/health",
        certificate: acm.ICertificate | acm.Certificate | None = None,
        public: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self._platform, self._most = platform, max_replicas
        self._refuse_wrong(namespace, public=public, has_certificate=certificate is not None)
        refuse_wrong_path(self, health_check_path)
        require_between(self, "port", port, 1024, 65_535, "8080 needs no root")
        require_between(self, "cpu", cpu, 10, 96_000, "500 are half a processor")
        require_between(self, "memory", memory, 16, 786_432, "1024 suit most programs")
        require_between(self, "min_replicas", min_replicas, 1, max_replicas, "2 survive a zone")
        require_between(self, "cpu_utilization", cpu_utilization, 1, 100, "60 leaves time to react")
        self.service_name: str = early_name(self, "Pods", max_length=63)
        self.role = self._define_role(namespace)
        _, uri = located(self, image, platform.architecture)
        self._variables: dict[str, str] = {}
        self._set_variable = self._remember
        for name, value in {named.PORT: str(port), **(environment or {})}.items():
            self.add_environment(name, value)
        described = Service(
            name=self.service_name,
            namespace=namespace,
            image=known_later(self, "Image", uri),
            port=port,
            variables=self._variables,
            cpu=f"{cpu}m",
            memory=f"{memory}Mi",
            least=min_replicas,
            most=max_replicas,
            cpu_utilization=cpu_utilization,
            health_check_path=health_check_path,
            processor=_PROCESSORS[platform.architecture],
            subnets=known_later(self, "Subnets", self._subnets(public=public)),
            sources=self._sources(),
            certificate=known_later(self, "Certificate", certificate.certificate_arn)
            if certificate
            else None,
            public=public,
        )
        self._manifests: list[Manifest] = manifests_of(described)
        platform.add_manifests(self.service_name, self._manifests)

    @property
    def connections(self) -> ec2.Connections:
        """The cluster's nodes, whose security group pods share."""
        return self._platform.connections

    @property
    def max_concurrency(self) -> int | None:
        """Most pods at once, those of a release under way included."""
        return self._most + -(-self._most // 4)

    def _remember(self, name: str, value: str) -> None:
        """Hand a variable to the pods; what is connected later is in the settings that are written later."""
        self._variables[name] = known_later(self, name, value)
        for each in getattr(self, "_manifests", ()):
            if each["kind"] == "ConfigMap":
                each["data"] = dict(sorted(self._variables.items()))

    def _subnets(self, *, public: bool) -> str:
        """Return where the load balancer stands, one subnet a zone, by id: nobody tagged them."""
        vpc = self._platform.vpc
        zones: dict[str, str] = {}
        for each in vpc.public_subnets if public else self._platform.subnets:
            zones.setdefault(each.availability_zone, each.subnet_id)
        return ",".join(zones.values())

    def _sources(self) -> list[str]:
        """Return the ranges of the network, of which a load balancer or a store may have any."""
        vpc, further = self._platform.vpc, self._platform.further_cidrs
        found = ranges_of(self, vpc, further)
        return [known_later(self, f"Network{number or ''}", each) for number, each in enumerate(found)]

    def _define_role(self, namespace: str) -> WorkloadRole:
        cluster = self._platform.cluster
        principal = cast(iam.IPrincipal, iam.ServicePrincipal(SUBJECT, conditions=self._only_of(cluster)))
        role = WorkloadRole(self, "Role", assumed_by=principal, policy_name="Program")
        trust = role.assume_role_policy
        if trust:
            tagged = iam.PolicyStatement(
                actions=["sts:TagSession"], principals=[principal], conditions=self._only_of(cluster)
            )
            trust.add_statements(tagged)
        self.association = eks.CfnPodIdentityAssociation(
            self,
            "Identity",
            cluster_name=cluster.ref,
            namespace=namespace,
            service_account=self.service_name,
            role_arn=role.role_arn,
        )
        return role

    def _only_of(self, cluster: eks.CfnCluster) -> dict[str, Any]:
        """Return the condition that it is a pod of this cluster and account, and no stranger's."""
        return {
            "StringEquals": {"aws:SourceAccount": stack_of(self).account},
            "ArnEquals": {"aws:SourceArn": cluster.attr_arn},
        }

    def _refuse_wrong(self, namespace: str, *, public: bool, has_certificate: bool) -> None:
        if namespace in self._platform.fargate_namespaces or not self._platform.has_nodes:
            fix = (
                "Pod Identity does not reach pods on Fargate; take a namespace of the platform that has nodes"
            )
            raise refusal(
                self, "namespace", "one with nodes", repr(namespace), fix, rule="eks-fargate-daemons"
            )
        if public and not has_certificate:
            fix = "people send passwords over it; give certificate=, or public=False"
            raise refusal(self, "certificate", "given where the service is public", None, fix)
