"""What must hold of an API with tenants as it was synthesized."""

from collections.abc import Iterator, Mapping

from constructs import IConstruct

from wellmade.api.job_gateway import JobGateway
from wellmade.api.tenant import Tenant
from wellmade.facts.apigateway import throttle_of_plan, throttle_of_stage
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized


class TenantRules:
    """A stage that tenants share, their plans and their keys.

    Args:
        scope: The pattern.
        gateway: Its front.
        tenants: By name.
    """

    def __init__(self, scope: IConstruct, gateway: JobGateway, tenants: Mapping[str, Tenant]) -> None:
        self._path, self._gateway, self._tenants = path_of(scope), gateway, tenants

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        missing = throttle_of_stage(synthesized.properties(self._gateway.stage))
        if missing:
            yield refusal(
                self._path,
                "throttle",
                "set on the stage",
                f"none for {' and '.join(missing)}",
                "take the override back: tenants would share what the account's other APIs leave",
                rule="api-throttle",
                resource=self._gateway.stage,
            )
        for name, tenant in self._tenants.items():
            yield from self._tenant(synthesized, name, tenant)

    def _tenant(self, synthesized: Synthesized, name: str, tenant: Tenant) -> Iterator[RefusedError]:
        missing = throttle_of_plan(synthesized.properties(tenant.plan))
        if missing:
            yield refusal(
                self._path,
                f"throttle of {name}",
                "set on its usage plan",
                f"none for {' and '.join(missing)}",
                "take the override back: this tenant could use up the stage for all others",
                rule="usage-plan-throttle",
                resource=tenant.plan,
            )
        if "Value" in synthesized.properties(tenant.key):
            yield refusal(
                self._path,
                f"key of {name}",
                "made by API Gateway",
                "a value in the template",
                "take the override back: whoever reads the template could call as this tenant",
                rule="secret-in-template",
                resource=tenant.key,
            )
