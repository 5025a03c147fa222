"""A REST API that puts jobs into a queue and reads how they stand, with no function between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import CfnResource
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.api import job_templates
from wellmade.api.api_functions import ApiFunctions
from wellmade.api.authorization import open_to_all
from wellmade.api.cors import Cors
from wellmade.api.job_callers import Callers
from wellmade.api.rest_answers import define_error_answers
from wellmade.api.rest_api import SUPPRESSED, RegionalRestApi, answer_preflights
from wellmade.api.rest_authorizers import RestAuthorizers
from wellmade.api.rest_validation import RequestValidation
from wellmade.api.route import Route
from wellmade.api.throttle import Throttle
from wellmade.facts.apigateway import ANY_OTHER_FAILURE, REFUSED
from wellmade.kit.lookups import default_child, stack_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.suppressions import suppress

USED_BY = "the API, for whoever asks"
ASK_AGAIN = 5
"""Seconds that a caller is asked to wait before it asks how its job stands."""


@dataclass(frozen=True)
class JobPlan:
    """What an API for jobs is made from, checked and complete."""

    path: str
    ask: Route
    """Who may ask for jobs, and the schema of what they send."""
    callers: Callers
    """Whose job it is, and in which queue it waits."""
    table: dynamodb.Table
    role: WorkloadRole
    """What API Gateway calls the queue and the table as."""
    pool: ApiFunctions
    throttle: Throttle
    cors: Cors | None
    default_endpoint: bool
    ends_within: int
    encryption_key: kms.IKey | None


class JobGateway(RegionalRestApi):
    """Defines the API.

    Args:
        scope: The pattern.
        plan: What it is made from.
    """

    integrations: dict[str, CfnResource]
    """The methods, by route."""

    def __init__(self, scope: Construct, plan: JobPlan) -> None:
        self._scope, self._plan = scope, plan
        super().__init__(
            scope,
            throttle=plan.throttle,
            own={},
            default_endpoint=plan.default_endpoint,
            encryption_key=plan.encryption_key,
            logged=plan.callers.logged,
        )
        self.integrations = {}
        self._allow()
        self._define_methods()
        define_error_answers(scope, self.api, plan.cors)
        suppress(self.stage, SUPPRESSED)

    def _allow(self) -> None:
        """Let API Gateway send jobs and read how they stand, and nothing else."""
        role, table = self._plan.role, self._plan.table
        queues, table_key = self._plan.callers.queues, table.encryption_key
        queue_key = queues[0].encryption_master_key
        arns = [queue.queue_arn for queue in queues]
        role.allow(["sqs:SendMessage"], arns, used_by=USED_BY, keyed=queue_key is not None)
        role.allow(["dynamodb:GetItem"], [table.table_arn], used_by=USED_BY, keyed=table_key is not None)
        if queue_key:
            uses = ["kms:Decrypt", "kms:GenerateDataKey"]
            role.allow(uses, [queue_key.key_arn], used_by="SQS, to encrypt what is sent")
        if table_key:
            role.allow(["kms:Decrypt"], [table_key.key_arn], used_by="DynamoDB, to decrypt items")

    def _define_methods(self) -> None:
        plan = self._plan
        jobs = self.api.root.resource_for_path(f"/{plan.path}/{{job_id}}")
        authorizers = RestAuthorizers(self._scope, self.api, plan.pool)
        for method, integration in (("PUT", self._send()), ("GET", self._read())):
            added = jobs.add_method(
                method,
                integration,
                api_key_required=plan.callers.have_keys or None,
                method_responses=self._answers(),
            )
            resource = cast(apigateway.CfnMethod, default_child(added))
            authorizers.put_before(resource, plan.ask)
            self.integrations[f"{method} /{plan.path}/{{job_id}}"] = resource
        [asks, reads] = self.integrations.values()
        validation = RequestValidation(self._scope, self.api)
        schema = {"type": "object", **(plan.ask.request_schema or {})}
        validation.put_before(cast(apigateway.CfnMethod, asks), "PUT job", schema)
        suppress(reads, {"AwsSolutions::AwsSolutions-APIG2": "It has no body."})
        suppress(self.api, {"AwsSolutions::AwsSolutions-APIG2": "What has a body is checked by a schema."})
        if plan.cors:
            added = answer_preflights(jobs, plan.cors, ["GET", "PUT"])
            suppress(added, open_to_all("Preflights carry no credentials."))

    def _send(self) -> apigateway.Integration:
        plan, stack = self._plan, stack_of(self._scope)
        answer = self._answer(
            "202", job_templates.accepted(plan.ends_within), {"Retry-After": f"'{ASK_AGAIN}'"}
        )
        uri = plan.callers.address(stack.account)
        headers = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
        template = job_templates.send_message(plan.callers)
        refused = job_templates.refused(
            "SQS refused the job: its name or its body is too long, or no text, or it was not told who asks."
        )
        return self._integrate(uri, template, [answer, self._answer("400", refused, {}, REFUSED)], headers)

    def _read(self) -> apigateway.Integration:
        plan = self._plan
        answer = self._answer("200", job_templates.status(), {"Retry-After": f"'{ASK_AGAIN}'"})
        template = job_templates.get_item(plan.callers, plan.table.table_name)
        refused = job_templates.refused("No job can be called so, or it was not told who asks.")
        return self._integrate(
            "dynamodb:action/GetItem", template, [answer, self._answer("400", refused, {}, REFUSED)], {}
        )

    def _integrate(
        self,
        service: str,
        template: str,
        answers: list[apigateway.IntegrationResponse],
        headers: Mapping[str, str],
    ) -> apigateway.Integration:
        """Return a call of a service; what it does not take is never answered as if it had been taken."""
        failed = self._answer("503", job_templates.failed(), {}, ANY_OTHER_FAILURE)
        stack = stack_of(self._scope)
        return apigateway.Integration(
            type=apigateway.IntegrationType.AWS,
            integration_http_method="POST",
            uri=f"arn:{stack.partition}:apigateway:{stack.region}:{service}",
            options=apigateway.IntegrationOptions(
                credentials_role=cast(Any, self._plan.role),
                integration_responses=[*answers, failed],
                # A body of another content type would go to the service as it is.
                passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
                request_parameters=dict(headers),
                request_templates={"application/json": template},
            ),
        )

    def _answer(
        self, status: str, template: str, headers: Mapping[str, str], selection: str | None = None
    ) -> apigateway.IntegrationResponse:
        everywhere = {**headers, **self._cors_headers()}
        return apigateway.IntegrationResponse(
            status_code=status,
            selection_pattern=selection,
            response_templates={"application/json": template},
            response_parameters={
                f"method.response.header.{name}": value for name, value in everywhere.items()
            },
        )

    def _answers(self) -> list[apigateway.MethodResponse]:
        names = ("Retry-After", *self._cors_headers())
        headers = {f"method.response.header.{name}": True for name in names}
        return [
            apigateway.MethodResponse(status_code=status, response_parameters=headers)
            for status in ("200", "202", "400", "503")
        ]

    def _cors_headers(self) -> dict[str, str]:
        origins = list(self._plan.cors.allow_origins) if self._plan.cors else []
        return {"Access-Control-Allow-Origin": f"'{origins[0]}'"} if len(origins) == 1 else {}
