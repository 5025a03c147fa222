"""What stands between workloads and a database: it pools, it checks who calls, it outlives a failover."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import ArnFormat, CfnResource, Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from constructs import Construct

from wellmade.data.aurora import PORT, Database
from wellmade.facts.aurora import BORROW_TIMEOUT, PERCENT_FOR_THE_PROXY, PROXY_NAME_LENGTH
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade_runtime import variables as named


class DatabaseProxy(Construct):
    """Let workloads in that prove by IAM who they are, over TLS, and share few connections among them."""

    resource: rds.CfnDBProxy
    targets: CfnResource
    readers: rds.CfnDBProxyEndpoint | None
    """Where reads alone go, which a secondary cluster answers too; None where a database is alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: rds.CfnDBCluster,
        subnets: Sequence[ec2.ISubnet],
        group: ec2.SecurityGroup,
        database: Database,
    ) -> None:
        super().__init__(scope, construct_id)
        secret, key = _password(cluster, database)
        role = self._define_role(secret, key)
        self.resource = rds.CfnDBProxy(
            self,
            "Proxy",
            db_proxy_name=early_name(self, "Proxy", max_length=PROXY_NAME_LENGTH),
            engine_family="POSTGRESQL",
            role_arn=role.role_arn,
            require_tls=True,
            vpc_subnet_ids=[subnet.subnet_id for subnet in subnets],
            vpc_security_group_ids=[group.security_group_id],
            auth=[
                rds.CfnDBProxy.AuthFormatProperty(
                    auth_scheme="SECRETS",
                    iam_auth="REQUIRED",
                    client_password_auth_type="POSTGRES_SCRAM_SHA_256",  # noqa: S106 - the name of a method
                    secret_arn=secret,
                )
            ],
        )
        # Before the role's policy is there, the proxy cannot read the password and stays unavailable.
        self.resource.node.add_dependency(role)
        self.targets = self._define_targets(cluster)
        self.readers = self._define_readers(subnets, group) if database.world else None
        if database.world:  # whose secret does not refer to the cluster
            self.resource.node.add_dependency(cluster)

    def variables(self, database: Database, name: str | None, connections: int) -> dict[str, str]:
        """Return what tells a workload where the database is, and how many connections it may hold."""
        readers = {named.DATABASE_READER_HOST: self.readers.attr_endpoint} if self.readers else {}
        return {
            named.DATABASE_HOST: self.resource.attr_endpoint,
            named.DATABASE_PORT: str(PORT),
            named.DATABASE_NAME: name or database.name,
            named.DATABASE_USER: database.user,
            named.DATABASE_POOL_SIZE: str(connections),
            **readers,
        }

    def user_arn(self, user: str) -> str:
        """Return what `rds-db:connect` is allowed on, for one user through this proxy.

        Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html
        """
        identifier = Fn.select(6, Fn.split(":", self.resource.attr_db_proxy_arn))
        stack = stack_of(self)
        return f"arn:{stack.partition}:rds-db:{stack.region}:{stack.account}:dbuser:{identifier}/{user}"

    def _define_targets(self, cluster: rds.CfnDBCluster) -> CfnResource:
        # By its type's name: the class takes tags, which CloudFormation refuses on this resource.
        return CfnResource(
            self,
            "Targets",
            type="AWS::RDS::DBProxyTargetGroup",
            properties={
                "DBProxyName": self.resource.ref,
                "TargetGroupName": "default",
                "DBClusterIdentifiers": [cluster.ref],
                "ConnectionPoolConfigurationInfo": {
                    "MaxConnectionsPercent": PERCENT_FOR_THE_PROXY,
                    "MaxIdleConnectionsPercent": PERCENT_FOR_THE_PROXY // 2,
                    "ConnectionBorrowTimeout": BORROW_TIMEOUT,
                },
            },
        )

    def _define_readers(
        self, subnets: Sequence[ec2.ISubnet], group: ec2.SecurityGroup
    ) -> rds.CfnDBProxyEndpoint:
        endpoint = rds.CfnDBProxyEndpoint(
            self,
            "Readers",
            db_proxy_endpoint_name=early_name(self, "Readers", max_length=PROXY_NAME_LENGTH),
            db_proxy_name=self.resource.ref,
            target_role="READ_ONLY",
            vpc_subnet_ids=[subnet.subnet_id for subnet in subnets],
            vpc_security_group_ids=[group.security_group_id],
        )
        # RDS makes none while the proxy's cluster has no instance that reads.
        endpoint.node.add_dependency(self.targets)
        return endpoint

    def _define_role(self, secret: str, key: Any) -> WorkloadRole:
        stack = stack_of(self)
        any_proxy = stack.format_arn(
            service="rds", resource="db-proxy", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        role = WorkloadRole(
            self, "Role", assumed_by=service_of(self, "rds.amazonaws.com", any_proxy), policy_name="Password"
        )
        used_by = "RDS Proxy, to log in for its callers"
        role.allow(["secretsmanager:GetSecretValue"], [secret], used_by=used_by)
        if key:
            role.allow(["kms:Decrypt"], [key.key_arn], used_by=used_by)
        return role


def _password(cluster: rds.CfnDBCluster, database: Database) -> tuple[str, Any]:
    """Return the secret with the password, and the user's key for it, or None."""
    if database.world:
        return database.world.secret.secret_arn, database.world.secret.encryption_key
    return cluster.attr_master_user_secret_secret_arn, database.key
