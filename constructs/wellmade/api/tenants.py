"""The tenants of an API, and the queues in which their jobs wait."""

from collections.abc import Mapping
from dataclasses import replace

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.tenant import Tenant
from wellmade.api.tenant_alarms import OF_QUEUES
from wellmade.api.tier import Tier
from wellmade.foundation.function_option import Handling
from wellmade.foundation.queue_option import QueueTuning, Waiting, waiting
from wellmade.foundation.queue_source import Batching, poll
from wellmade.kit.names import early_name
from wellmade.kit.refusals import refusal


class Tenants(Construct):
    """The tenants, each with its key: the API's methods name the keys, and so come later.

    Args:
        scope: The pattern.
        construct_id: Its id, part of the contract.
        tiers: By name.
        tenants: The tier of each tenant, by the tenant's name.
    """

    by_name: Mapping[str, Tenant]
    alarm_prefix: str
    """What the names of their alarms begin with; the tenant's name follows."""

    def __init__(
        self, scope: Construct, construct_id: str, *, tiers: Mapping[str, Tier], tenants: Mapping[str, str]
    ) -> None:
        super().__init__(scope, construct_id)
        self._api = scope
        self.alarm_prefix = f"{early_name(scope, 'Anomaly', max_length=64)}-"
        self.by_name = {
            name: Tenant(self, name, tier_name=tier, tier=tiers[tier]) for name, tier in tenants.items()
        }

    def named(self, name: str) -> Tenant:
        """Return one of them.

        Raises:
            RefusedError: If there is none of this name.
        """
        if name not in self.by_name:
            fix = "write it as it is in tenants"
            raise refusal(self._api, "tenant", f"one of {', '.join(self.by_name)}", repr(name), fix)
        return self.by_name[name]

    def open(self, stage: apigateway.CfnStage) -> None:
        """Let their keys in at a stage, each as far as its tier goes."""
        for name, tenant in self.by_name.items():
            tenant.open(stage, f"{self.alarm_prefix}{name}")

    @property
    def alarms(self) -> dict[str, cloudwatch.Alarm]:
        """What throttles a tenant, by tenant."""
        return {name: each.alarm for name, each in self.by_name.items() if each.alarm}


class TenantQueues(Construct):
    """A queue for each tier, also while nobody pays for it, and for each tenant whose tier gives it one.

    Args:
        scope: The pattern.
        construct_id: Its id, part of the contract.
        tiers: By name.
        tenants: By name.
        worker: What takes jobs of all queues.
        tuning: Of each queue.
        batching: How jobs are handed over.
        lease: How long one delivery may work on a job, in seconds.
    """

    by_tenant: Mapping[str, sqs.IQueue]
    known: Mapping[str, Waiting]
    """By what they are called in alarms and graphs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        tiers: Mapping[str, Tier],
        tenants: Mapping[str, Tenant],
        worker: Handling,
        tuning: QueueTuning,
        batching: Batching,
        lease: float,
    ) -> None:
        super().__init__(scope, construct_id)

        def define(part: Construct, tier: Tier) -> Waiting:
            found = waiting(part, None, tuning, function_timeout=lease, window=None)
            share = replace(batching, max_concurrency=tier.max_concurrency)
            poll(part, found.queue, worker, share, None)
            return found

        shared = {
            name: define(Construct(self, name), tier) for name, tier in tiers.items() if not tier.own_queue
        }
        own = {name: define(each, each.tier) for name, each in tenants.items() if each.tier.own_queue}
        self.known = {**{f"tier {name}": each for name, each in shared.items()}, **own}
        self._by_tenant = {
            name: own[name] if each.tier.own_queue else shared[each.tier_name]
            for name, each in tenants.items()
        }
        self.by_tenant = {name: each.queue for name, each in self._by_tenant.items()}

    @property
    def alarms(self) -> dict[str, cloudwatch.Alarm]:
        """On the age of the oldest job in a tenant's queue, by tenant."""
        found = {name: each.alarms.by_name().get(OF_QUEUES) for name, each in self._by_tenant.items()}
        return {name: alarm for name, alarm in found.items() if alarm}
