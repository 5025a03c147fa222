"""A service on Kubernetes: what AWS defines as a template, what the cluster runs as manifests."""

from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack, Stage
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.compute import KubernetesPlatform, KubernetesService
from wellmade.data import MigrationFunction, RelationalStore, SessionCache
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.messaging import QueueWorker
from wellmade.network import Network

ACTIONS = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
POOL = 4
"""Connections of one pod."""


class KubernetesPlatformStack(Stack):
    """A service runs on EKS, whose nodes AWS looks after; its permissions come by Pod Identity.

    The manifests of the cluster are in `manifests/<stack>` beside the template, with `${Output}` for what
    only a deployment knows: fill them in with `envsubst` and apply them, or commit them for a GitOps tool.
    Whoever applies them must be one of the platform's `administrators`, which the stack leaves to you, and in
    the network, since the API answers nowhere else.
    Take it where a team knows Kubernetes and needs what runs on it; else services of ECS, which have no
    cluster to upgrade.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").split("\n")[0], **options)
        web, policy = settings.web, settings.removal_policy
        # Nodes pull images and ask EKS for work, for which endpoints would cost more than a gateway.
        self.network = Network(
            self, "Network", zones=web.zones, nat="single" if web.nat == "none" else web.nat
        )
        self.platform = KubernetesPlatform(
            self,
            "Platform",
            vpc=self.network.vpc,
            deletion_protection=web.deletion_protection,
            removal_policy=policy,
        )
        self.service = KubernetesService(
            self,
            "Api",
            platform=self.platform,
            image="order_api",
            min_replicas=web.tasks.min_capacity,
            max_replicas=web.tasks.max_capacity,
        )
        self.invoices = self._define_worker(settings)
        self.invoices.connect(self.service)
        self._define_data(settings)
        monitor(self, self.platform, self.invoices, self.store, self.sessions)
        define_outputs(
            self, {"ClusterName": self.platform.cluster.ref, "AlarmTopicArn": alarm_topic(self).topic_arn}
        )
        settings.tag(self)
        # Last: what was connected is in the settings of the pods.
        folder = Path((Stage.of(self) or self.node.root).outdir) / "manifests" / construct_id  # type: ignore[attr-defined] # of the app
        self.platform.write_manifests(folder)

    def _define_worker(self, settings: Settings) -> QueueWorker:
        function = PythonFunction(
            self, "InvoicesHandler", code="invoice_writer", timeout=settings.timeout, reserved_concurrency=5
        )
        worker = QueueWorker(
            self,
            "Invoices",
            function=function,
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        table = OnDemandTable(self, "Table", partition_key="pk", removal_policy=settings.removal_policy)
        table.connect(worker, actions=ACTIONS)
        settings.suppress(worker)
        CfnOutput(self, "InvoicesTableName", value=table.table_name)
        return worker

    def _define_data(self, settings: Settings) -> None:
        least, most = settings.web.capacity
        keeps = settings.removal_policy == RemovalPolicy.RETAIN
        self.store = RelationalStore(
            self,
            "Database",
            vpc=self.network.vpc,
            min_capacity=least,
            max_capacity=most,
            readers=settings.web.readers,
            deletion_protection=settings.web.deletion_protection,
            removal_policy=RemovalPolicy.SNAPSHOT if keeps else RemovalPolicy.DESTROY,
        )
        self.store.connect(self.service, connections=POOL)
        migrations = MigrationFunction(self, "Migrations", migrations="order_api", database=self.store)
        if tls := settings.plain_connections.get("DATABASE_TLS"):
            migrations.function.add_environment("DATABASE_TLS", tls)
        self.sessions = SessionCache(self, "Sessions", vpc=self.network.vpc, nodes=settings.web.cache_nodes)
        self.sessions.connect(self.service)
