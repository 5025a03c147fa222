"""A service behind a load balancer, with its network, its database, its sessions and its worker."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_certificatemanager as acm
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.compute import Entry, FargateWorker, TaskSize, WebService
from wellmade.data import RelationalStore, SessionCache
from wellmade.foundation import OnDemandTable, alarm_topic
from wellmade.network import Network, PrivateEndpoints
from wellmade.security import WebFirewall

POOL = 5
"""Connections of one task: requests wait for each other a little, and the database for nobody."""


class WebServiceStack(Stack):
    """Orders come in over HTTPS, are kept in a database, and a worker writes an invoice for each, once."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self._settings, self._web = settings, settings.web
        self.network = Network(self, "Network", zones=self._web.zones, nat=self._web.nat)
        self.service = self._define_service()
        self.invoices = self._define_worker()
        self._define_data()
        self._define_firewall()
        # Last, since it reads what all of them were allowed.
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=[self.service])
        self._define_outputs()
        settings.tag(self)

    def _define_service(self) -> WebService:
        return WebService(
            self,
            "Orders",
            vpc=self.network.vpc,
            program="order_api",
            environment=self._on_a_laptop(),
            entry=self._entry(),
            size=TaskSize(cpu=512, memory=1024),
            scaling=self._web.tasks,
            removal_policy=self._settings.removal_policy,
        )

    def _entry(self) -> Entry:
        arn = self.node.try_get_context("certificate")
        given = acm.Certificate.from_certificate_arn(self, "Certificate", arn) if arn else None
        certificate = given if self._web.public else None
        return Entry(certificate=certificate, public=self._web.public, protected=self._web.protected)

    def _on_a_laptop(self) -> dict[str, str]:
        """Where the database and the cache are processes of one machine, there is no TLS to speak."""
        is_local = self._settings.environment == "local"
        return {"DATABASE_TLS": "disable", "CACHE_TLS": "off"} if is_local else {}

    def _define_worker(self) -> FargateWorker:
        table = OnDemandTable(
            self, "Invoices", partition_key="pk", removal_policy=self._settings.removal_policy
        )
        worker = self.service.add_worker(
            "Invoicing",
            program="invoice_worker",
            environment={"TABLE_NAME": table.table_name},
            acceptable_latency=Duration.minutes(5),
            processing_time=Duration.seconds(2),
            on_demand=0 if self._web.tasks.on_demand else None,
        )
        worker.allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], [table.table_arn])
        self.service.add_environment("QUEUE_URL", worker.queue.queue_url)
        self.service.allow(["sqs:SendMessage"], [worker.queue.queue_arn])
        CfnOutput(self, "InvoicesTableName", value=table.table_name)
        return worker

    def _define_data(self) -> None:
        least, most = self._web.capacity
        keeps = self._settings.removal_policy == RemovalPolicy.RETAIN
        self.store = RelationalStore(
            self,
            "Database",
            vpc=self.network.vpc,
            minimum_capacity=least,
            maximum_capacity=most,
            readers=self._web.readers,
            protected=self._web.protected,
            removal_policy=RemovalPolicy.SNAPSHOT if keeps else RemovalPolicy.DESTROY,
        )
        self.store.serve(self.service, connections=POOL)
        self.sessions = SessionCache(self, "Sessions", vpc=self.network.vpc, nodes=self._web.cache_nodes)
        self.sessions.serve(self.service)

    def _define_firewall(self) -> None:
        """Stand before what is open to the world; what is not has no strangers to stop."""
        if self._web.public:
            WebFirewall(self, "Firewall").protect(self.service.load_balancer)

    def _define_outputs(self) -> None:
        balancer = self.service.load_balancer
        outputs = {
            "LoadBalancerName": balancer.load_balancer_name,
            "LoadBalancerAddress": balancer.load_balancer_dns_name,
            "InvoiceQueueUrl": self.invoices.queue.queue_url,
            "DatabaseAddress": self.store.proxy.attr_endpoint,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
