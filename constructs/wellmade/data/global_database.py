"""A database that is one of two, in two regions: Aurora's global database, its password and its promotion."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from aws_cdk import Fn
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from wellmade.data.global_password import PasswordRules
from wellmade.facts.aurora import GLOBAL_NAME
from wellmade.facts.regions import Side
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth


@dataclass(frozen=True)
class GlobalDatabase:
    """What the databases of two regions are of: what one writes, the other has about a second later.

    A region that fails loses that second. On the side that does not write, whoever connects to
    `DATABASE_HOST` is refused until it is promoted, and reads by `DATABASE_READER_HOST`. A database that is
    deployed already becomes the primary one without being replaced.

    Each region has a stack of its own with a `RelationalStore` in it, and no stack refers to the other.
    Deploy the primary one first, and delete it last. Both are given the same name, engine version and user.

    RDS does not manage the password of such a database: it is a secret of yours with `username` and
    `password`, of 41 characters at most, such as a `RotatedSecret` that is rotated by the handler
    `database_rotation`. Nor does it upgrade a side by itself: you choose the engine version.

    Promotion is driven on the embedded AWS, where the secondary side is a streaming copy of PostgreSQL: a
    switchover loses no acknowledged write, a failover those that were not carried over, and the side that
    wrote becomes a copy without them. How late Aurora's copies are, and how long it promotes, AWS alone
    shows.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        rotation = PythonFunction(self, "Rotation", code="database_rotation", timeout=Duration.minutes(10))
        password = RotatedSecret(self, "Password", field="password", fields={"username": "app"}, length=41,
                                 function=rotation, replica_regions=["eu-central-1"])
        both = GlobalDatabase("orders", side="primary", other_region="eu-central-1", secret=password)
        store = RelationalStore(self, "Database", vpc=vpc, global_database=both)
        store.grant_change_password(rotation)
        rotation.add_environment("DATABASE_CLUSTER", store.cluster.ref)
        rotation.add_environment("DATABASE_GLOBAL", "orders")
        password.rotation.node.add_dependency(store)  # else the first one meets a database that is being made

    Args:
        name: Of the global database, the same on both sides, and for good: a small letter, then small
            letters, digits and single hyphens.
        side: Which one this is when both are new: the primary one writes, until the other one is promoted.
        other_region: The region of the other side.
        secret: User name and password: on the primary side a secret that is replicated to the other region,
            on the secondary one that replica, `Secret.from_secret_complete_arn(…)`; the primary side's
            `replica_secret_arn` tells which.

    Runbook:
        To let the other side write while both regions are well, for an exercise or before work on this one,
        run the `switchover_command` of its `member`: writes stop for some minutes, and nothing is lost.
        Where the region that writes has failed, stop its writers if you still can, and run the
        `failover_command` of the other side: what the alarm on copies said last is lost. Aurora tries to keep
        it in a snapshot of the failed region, `rds:unplanned-global-failover-…`: copy that before its
        retention ends. RDS brings the failed region back as a copy: switch over to it when it is one.
        Either way lead callers to the promoted side. Until the primary side writes again no password is
        rotated and no schema migrated, since what does both stands beside it: a rotation that is due fails,
        changes nothing, and says so in its log and by its alarm on errors. Nor change a database by a
        deployment until then, or delete a stack: CloudFormation knows nothing of the promotion, and RDS
        removes no side that writes from the other.
        Upgrade the secondary side first to a minor version: only sides of one version are promoted. A major
        one is of the global database: `aws rds modify-global-cluster --allow-major-version-upgrade` upgrades
        both sides, and takes their parameters away until you deploy both stacks with that version.
        To let a database be alone again, delete the other side, then run `aws rds remove-from-global-cluster`
        and `aws rds modify-global-cluster --no-deletion-protection`, and leave the option out after that: a
        deployment would let RDS manage the password before it takes the global database away, which fails.
    """

    name: str
    side: Side
    other_region: str
    secret: secretsmanager.ISecret | secretsmanager.Secret


@dataclass(frozen=True)
class GlobalMember:
    """What is of a global database on one side."""

    resource: rds.CfnGlobalCluster | None
    """The global database; None on the secondary side."""
    switchover_command: str
    """Lets this side write while both regions are well: nothing is lost, and writes stop for some minutes."""
    failover_command: str
    """Lets this side write while the other region is not well: what it had not carried over is lost."""
    replica_secret_arn: str
    """ARN of the password in the other region, which the secondary side is given."""


def refuse_wrong_global(scope: Construct, world: GlobalDatabase | None, readers: int) -> None:
    """Raise where a database cannot be one of two.

    Raises:
        RefusedError: If it cannot.
    """
    if world is None:
        return
    if world.side not in get_args(Side):
        fix = "write it so, in small letters"
        raise refusal(scope, "global_database.side", "one of primary, secondary", repr(world.side), fix)
    if not is_unresolved(world.name) and not re.fullmatch(GLOBAL_NAME, world.name):
        fix = "orders suits a database of orders"
        allowed = "a small letter, then small letters, digits and single hyphens"
        raise refusal(scope, "global_database.name", allowed, repr(world.name), fix, rule="cfn-lint:E3031")
    if world.other_region == stack_of(scope).region:
        fix = "name the region of the other side's stack"
        allowed = "another region than the stack's"
        raise refusal(scope, "global_database.other_region", allowed, world.other_region, fix)
    if world.secret.secret_full_arn is None:
        fix = "import it with Secret.from_secret_complete_arn: a proxy takes no shorter name of a secret"
        allowed = "named by its whole ARN"
        raise refusal(scope, "global_database.secret", allowed, "a part of it", fix)
    if readers == 0:
        fix = "leave it at 1: the proxy's endpoint for reading leads to readers alone"
        raise refusal(scope, "readers", "at least 1 in a global database", readers, fix)


def refuse_secondary(scope: Construct, member: GlobalMember | None) -> None:
    """Raise where a schema would be written on the side that cannot write, and has it with the data.

    Raises:
        RefusedError: If it would.
    """
    if member and member.resource is None:
        fix = "define the migrations in the stack of the primary side, from which the schema comes here"
        raise refusal(scope, "database", "the primary side of a global database", "the secondary one", fix)


def key_of(scope: Construct, world: GlobalDatabase | None, given: Any) -> Any:
    """Return the key of a database, or None for the service's: a secondary cluster needs one by name."""
    if given is None and world and world.side == "secondary":
        return kms.Key(scope, "Key", enable_key_rotation=True, description=f"Encrypts {world.name} here")
    return given


def login_of(world: GlobalDatabase | None, username: str) -> Mapping[str, Any]:
    """Return who may log in to a cluster, as the resource takes it."""
    if world is None:
        # Kept in Secrets Manager and rotated every seven days by RDS itself, with no function of ours.
        return {"master_username": username, "manage_master_user_password": True}
    if world.side == "secondary":  # whose users are those of the primary one
        return {"global_cluster_identifier": world.name}
    password = world.secret.secret_value_from_json("password")
    return {
        "master_username": username,
        # Said aloud for a database that was alone before, whose password RDS gives up then.
        "manage_master_user_password": False,
        "master_user_password": password.unsafe_unwrap(),
    }


def define_member(
    scope: Construct, world: GlobalDatabase | None, cluster: rds.CfnDBCluster
) -> GlobalMember | None:
    """Define the global database around a primary cluster, and say how a cluster is promoted.

    A switchover is asked for in the region that writes, which is then the other one.
    """
    if world is None:
        return None
    resource = None
    if world.side == "primary":  # of which it takes engine and encryption
        resource = rds.CfnGlobalCluster(
            scope,
            "Global",
            global_cluster_identifier=world.name,
            source_db_cluster_identifier=cluster.ref,
            deletion_protection=cluster.deletion_protection,
        )
        of_password = PasswordRules(scope, world.secret, world.other_region, str(cluster.master_username))
        check_at_synth(scope, of_password.broken)
    target = cluster.attr_db_cluster_arn
    of = f"--global-cluster-identifier {world.name} --target-db-cluster-identifier {target}"
    here, there = stack_of(scope).region, world.other_region
    return GlobalMember(
        resource=resource,
        switchover_command=f"aws rds switchover-global-cluster --region {there} {of}",
        failover_command=f"aws rds failover-global-cluster --region {here} {of} --allow-data-loss",
        replica_secret_arn=_replica_arn(world),
    )


def global_arn(scope: Construct, world: GlobalDatabase) -> str:
    """Return the ARN of the global database, which is of no region."""
    stack = stack_of(scope)
    return f"arn:{stack.partition}:rds::{stack.account}:global-cluster:{world.name}"


def _replica_arn(world: GlobalDatabase) -> str:
    """Return the ARN of the secret's replica in the other region, which is the same but for the region."""
    parts = Fn.split(":", world.secret.secret_arn, 7)
    return Fn.join(":", [*parts[:3], world.other_region, *parts[4:]])
