"""A service behind a load balancer, with its network, its database, its sessions and its worker."""

from typing import Any, cast

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.compute import (
    BacklogScaling,
    Container,
    FargateWorker,
    Ingress,
    ListenerRule,
    LoadBalancedFunction,
    TaskSize,
    WebService,
)
from wellmade.data import MigrationFunction, RelationalStore, SessionCache
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.network import Network, PrivateEndpoints
from wellmade.security import WebFirewall

LOOKUPS = 5
"""Invoices that are looked up at once: each takes a few milliseconds."""
POOL = 5
"""Connections of one task: requests wait for each other a little, and the database for nobody."""


class WebServiceStack(Stack):
    """Orders come in over HTTPS and are kept; a worker invoices each, once; a function looks invoices up."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings, self._web = settings, settings.web
        self.network = Network(self, "Network", zones=self._web.zones, nat=self._web.nat)
        self.service = self._define_service()
        self.invoices, self.lookup = self._define_worker(), self._define_lookup()
        self._define_data()
        self._define_firewall()
        # Last, since it reads what all of them were allowed.
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=[self.service])
        monitor(self, self.service, self.invoices, self.lookup, self.store, self.migrations, self.sessions)
        self._define_outputs()
        settings.tag(self)

    def _define_service(self) -> WebService:
        return WebService(
            self,
            "Orders",
            vpc=self.network.vpc,
            image=Container("order_api", environment=self._settings.plain_connections),
            ingress=self._ingress(),
            size=TaskSize(cpu=512, memory=1024),
            scaling=self._web.tasks,
            removal_policy=self._settings.removal_policy,
        )

    def _ingress(self) -> Ingress:
        arn = self.node.try_get_context("certificate")
        given = acm.Certificate.from_certificate_arn(self, "Certificate", arn) if arn else None
        certificate = given if self._web.public else None
        return Ingress(
            certificate=certificate,
            public=self._web.public,
            deletion_protection=self._web.deletion_protection,
        )

    def _define_worker(self) -> FargateWorker:
        self.table = table = OnDemandTable(
            self, "Invoices", partition_key="pk", removal_policy=self._settings.removal_policy
        )
        worker = self.service.add_worker(
            "Invoicing",
            image="invoice_worker",
            scaling=BacklogScaling(
                acceptable_latency=Duration.minutes(5),
                processing_time=Duration.seconds(2),
                on_demand_base=0 if self._web.tasks.on_demand_base else None,
            ),
            removal_policy=self._settings.removal_policy,
        )
        table.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])
        worker.connect(self.service)
        CfnOutput(self, "InvoicesTableName", value=table.table_name)
        return worker

    def _define_lookup(self) -> LoadBalancedFunction:
        """Answer what is asked now and then without a task that waits for it."""
        function = PythonFunction(
            self,
            "InvoiceLookup",
            code="invoice_lookup",
            timeout=Duration.seconds(10),
            reserved_concurrency=LOOKUPS,
        )
        self.table.connect(function, actions=["dynamodb:GetItem"])
        rule = ListenerRule(self.service.listener, priority=10, paths=["/invoices/*"])
        return LoadBalancedFunction(self, "Lookup", function=function, ingress=rule)

    def _define_data(self) -> None:
        least, most = self._web.capacity
        keeps = self._settings.removal_policy == RemovalPolicy.RETAIN
        self.store = RelationalStore(
            self,
            "Database",
            vpc=self.network.vpc,
            min_capacity=least,
            max_capacity=most,
            readers=self._web.readers,
            deletion_protection=self._web.deletion_protection,
            removal_policy=RemovalPolicy.SNAPSHOT if keeps else RemovalPolicy.DESTROY,
        )
        self.store.connect(self.service, connections=POOL)
        self.migrations = MigrationFunction(self, "Migrations", migrations="order_api", database=self.store)
        if tls := self._settings.plain_connections.get("DATABASE_TLS"):
            self.migrations.function.add_environment("DATABASE_TLS", tls)
        self.sessions = SessionCache(self, "Sessions", vpc=self.network.vpc, nodes=self._web.cache_nodes)
        self.sessions.connect(self.service)

    def _define_firewall(self) -> None:
        """Stand before what is open to the world; what is not has no strangers to stop."""
        if self._web.public:
            WebFirewall(self, "Firewall").protect(self.service.load_balancer)

    def _define_outputs(self) -> None:
        balancer = cast(elbv2.ApplicationLoadBalancer, self.service.load_balancer)
        outputs = {
            "LoadBalancerName": balancer.load_balancer_name,
            "LoadBalancerAddress": balancer.load_balancer_dns_name,
            "InvoiceQueueUrl": self.invoices.queue.queue_url,
            "DatabaseAddress": self.store.proxy.attr_endpoint,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
