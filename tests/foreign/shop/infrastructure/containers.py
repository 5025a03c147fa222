"""Containers in the shop's network, cluster and behind its load balancer, with its database and cache."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infrastructure.services import SERVICES, node_function, own_balancer, own_queue
from wellmade.api import LambdaApi
from wellmade.compute import (
    BacklogScaling,
    Container,
    ContainerFleet,
    FargateWorker,
    FleetWorker,
    Ingress,
    InstanceFleet,
    InstanceGroup,
    Instances,
    KubernetesPlatform,
    KubernetesService,
    ListenerRule,
    LoadBalancedFunction,
    NodeGroup,
    Scaling,
    StranglerRoutes,
    TaskSize,
    WebService,
)
from wellmade.data import MigrationFunction, RelationalStore, SessionCache
from wellmade.foundation import OnDemandTable, PythonFunction, monitor, suppress
from wellmade.network import Network, PrivateEndpoints
from wellmade.security import WebFirewall

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
IRELAND = cdk.Environment(account="111122223333", region="eu-west-1")


def own_vpc(scope: Construct) -> ec2.Vpc:
    """Return the shop's own network."""
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2, nat_gateways=1, restrict_default_security_group=False)
    suppress(vpc, {"AwsSolutions::AwsSolutions-VPC7": "The shop records no flows."})
    return vpc


class OwnCluster(cdk.Stack):
    """The shop's own image, cluster and load balancer, with a container beside it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        vpc = own_vpc(self)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        balancer = own_balancer(self, vpc, public=True)
        secret = secretsmanager.Secret(self, "Partner")
        suppress(
            secret,
            {
                "AwsSolutions::AwsSolutions-SMG4": "The partner changes it by hand.",
                "CKV_AWS_149": "The key of Secrets Manager is enough for the shop.",
            },
        )
        web = Container(
            SERVICES / "web",
            port=9000,
            secrets={"PARTNER": secret},
            sidecars=[Container(SERVICES / "web", name="beside", port=9001, essential=False)],
        )
        service = WebService(
            self,
            "Web",
            image=web,
            cluster=cluster,
            load_balancer=balancer,
            ingress=Ingress(certificate=acm.Certificate.from_certificate_arn(self, "Cert", CERTIFICATE)),
            size=TaskSize(cpu=1024, memory=2048),
            scaling=Scaling(min_capacity=2, max_capacity=4),
        )
        WebFirewall(self, "Firewall").protect(balancer)
        monitor(self, service)


class SharedListener(cdk.Stack):
    """A listener that services and a function of the shop share, by path."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        vpc = own_vpc(self)
        balancer = own_balancer(self, vpc)
        listener = balancer.add_listener(
            "Tls",
            port=443,
            certificates=[elbv2.ListenerCertificate.from_arn(CERTIFICATE)],
            ssl_policy=elbv2.SslPolicy.TLS13_RES,
            default_action=elbv2.ListenerAction.fixed_response(404),
        )
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        _, carts = (
            WebService(
                self,
                name,
                image=Container(SERVICES / "web", port=9000),
                cluster=cluster,
                ingress=ListenerRule(listener, priority=number, paths=[f"/{name.lower()}/*"]),
            )
            for number, name in enumerate(("Orders", "Carts"), start=1)
        )
        notices = LoadBalancedFunction(
            self,
            "Notices",
            function=node_function(self),
            ingress=ListenerRule(listener, priority=3, paths=["/notices/*"]),
            health_check=True,
            alarm_thresholds={"latency": cdk.Duration.seconds(2), "server_errors": 5},
        )
        routes = StranglerRoutes(
            self,
            "NoticeRoutes",
            listener=listener,
            priority=20,
            paths=["/carts-notices/*", "/old/*"],
            monolith=carts.targets,
            service=notices.targets,
            weight=25,
        )
        monitor(self, routes)


class OwnQueueWorker(cdk.Stack):
    """A worker in containers on the shop's own queue."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        FargateWorker(
            self,
            "Invoices",
            image=SERVICES / "web",
            vpc=own_vpc(self),
            queue=own_queue(self, cdk.Duration.minutes(5)),
            scaling=BacklogScaling(max_capacity=4),
        )


class OwnInstances(cdk.Stack):
    """The same worker on instances of Intel, some of them on Spot, with a shell for the shop's people."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        fleet = InstanceFleet(
            self,
            "Invoices",
            image=SERVICES / "web",
            vpc=own_vpc(self),
            queue=own_queue(self, cdk.Duration.minutes(5)),
            scaling=BacklogScaling(max_capacity=4, on_demand_base=1),
            instances=Instances(["m7i.large", "c7i.large"], session_manager=True),
            environment={"SHOP": "books"},
            alarm_thresholds={"cpu": 95, "pending": None},
        )
        OnDemandTable(self, "Table", partition_key="pk").connect(fleet, actions=["dynamodb:PutItem"])
        monitor(self, fleet)


class OwnContainerFleet(cdk.Stack):
    """The shop's cluster on instances of Intel, and a worker with a GPU on the shop's queue."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        vpc = own_vpc(self)
        fleet = ContainerFleet(
            self,
            "Fleet",
            cluster=ecs.Cluster(
                self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
            ),
            groups={
                "gpu": InstanceGroup(["g5.xlarge"], machine_image="amazon-linux-2023", target_capacity=80)
            },
        )
        worker = FleetWorker(
            self,
            "Covers",
            fleet=fleet,
            image=SERVICES / "web",
            group="gpu",
            gpus=1,
            queue=own_queue(self, cdk.Duration.minutes(5)),
            size=TaskSize(cpu=2048, memory=8192),
            alarm_thresholds={"cpu": 95},
        )
        OnDemandTable(self, "Table", partition_key="pk").connect(worker, actions=["dynamodb:PutItem"])
        monitor(self, fleet, worker)


class OwnKubernetes(cdk.Stack):
    """The shop's page on nodes of Intel that the shop chose, with its own key; its people open the API from the office."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        platform = KubernetesPlatform(
            self,
            "Platform",
            vpc=own_vpc(self),
            auto_mode=False,
            node_groups={"page": NodeGroup(["m7g.large"], min_size=2, max_size=4)},
            namespaces=["page"],
            administrators=[
                iam.Role(self, "People", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
            ],
            public_access_cidrs=["198.51.100.0/24"],
            encryption_key=kms.Key(self, "Secrets", enable_key_rotation=True),
            alarm_thresholds={"server_errors": None},
        )
        service = KubernetesService(
            self, "Page", platform=platform, image=SERVICES / "web", namespace="page", port=3000
        )
        suppress(platform.cluster, {"AwsSolutions::AwsSolutions-EKS1": "The office alone reaches the API."})
        OnDemandTable(self, "Table", partition_key="pk").connect(service, actions=["dynamodb:GetItem"])
        monitor(self, platform)


class Stores(cdk.Stack):
    """A database and a cache in the shop's network, used by a service, a worker and functions."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        vpc = own_vpc(self)
        self.vpc = vpc
        self.store = RelationalStore(self, "Database", vpc=vpc)
        self.cache = SessionCache(self, "Sessions", vpc=vpc)
        service = WebService(
            self,
            "Web",
            vpc=vpc,
            image=Container(SERVICES / "web", port=9000),
            ingress=Ingress(public=False),
        )
        self.store.connect(service, connections=5)
        self.cache.connect(service)
        function = PythonFunction(self, "Report", code=SERVICES / "gate", vpc=vpc)
        self.store.connect(function)
        MigrationFunction(
            self,
            "Migrations",
            migrations=SERVICES / "web" / "migrations",
            database=self.store,
            timeout=cdk.Duration.minutes(10),
        )


class StoresFromElsewhere(cdk.Stack):
    """A function in another stack uses the database and the cache."""

    def __init__(self, scope: Construct, construct_id: str, stores: Stores) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        function = PythonFunction(self, "Report", code=SERVICES / "gate", vpc=stores.vpc)
        stores.store.connect(function)
        stores.cache.connect(function)
        LambdaApi(
            self,
            "Api",
            function=PythonFunction(
                self, "Answer", code=SERVICES / "gate", vpc=stores.vpc, timeout=cdk.Duration.seconds(5)
            ),
            routes=["GET /"],
        )


class Isolated(cdk.Stack):
    """A network without a way out: endpoints for what is called."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        network = Network(self, "Network", nat="none", cidr="10.7.0.0/16")
        queue = own_queue(self, cdk.Duration.minutes(2))
        function = PythonFunction(self, "Report", code=SERVICES / "gate", vpc=network.vpc)
        queue.grant_send_messages(function)
        PrivateEndpoints(self, "Endpoints", vpc=network.vpc, workloads=[function])


class FirewallBeforeApi(cdk.Stack):
    """A firewall before a REST API of the shop."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=IRELAND)
        api = LambdaApi(self, "Shop", kind="rest", function=node_function(self), routes=["$default"])
        WebFirewall(self, "Firewall", rate_limit=500).protect(api.stage_arn)
