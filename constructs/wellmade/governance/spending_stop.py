"""What a budget does when it is spent: no new capacity, until the month ends or somebody takes it back."""

from collections.abc import Sequence

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.facts.cost_control import STARTS_CAPACITY
from wellmade.facts.pipelines import QUALIFIER
from wellmade.kit.lookups import stack_of
from wellmade.kit.service_principals import service_of

SPENT = 100
QUALIFIER_CONTEXT = "@aws-cdk/core:bootstrapQualifier"
"""Where an app tells the CDK which qualifier its roles have."""


def define_stop(
    scope: Construct,
    *,
    budget: budgets.CfnBudget,
    topic: sns.ITopic,
    roles: Sequence[iam.IRole | iam.Role],
    approval_model: str,
) -> tuple[iam.ManagedPolicy, budgets.CfnBudgetsAction]:
    """Define the denial, the role that attaches it, and the action that does so when the budget is spent."""
    denial = iam.ManagedPolicy(
        scope,
        "Denial",
        description="Attached by AWS Budgets while the monthly limit is exceeded: no new capacity.",
        statements=[
            iam.PolicyStatement(
                sid="BudgetIsSpent", effect=iam.Effect.DENY, actions=list(STARTS_CAPACITY), resources=["*"]
            )
        ],
    )
    limited = list(roles) or [_deploying(scope)]
    role = _attaching(scope, denial, [each.role_arn for each in limited])
    definition = budgets.CfnBudgetsAction.IamActionDefinitionProperty(
        policy_arn=denial.managed_policy_arn, roles=[each.role_name for each in limited]
    )
    action = budgets.CfnBudgetsAction(
        scope,
        "Action",
        budget_name=budget.ref,
        action_type="APPLY_IAM_POLICY",
        approval_model=approval_model,
        notification_type="ACTUAL",
        action_threshold=budgets.CfnBudgetsAction.ActionThresholdProperty(type="PERCENTAGE", value=SPENT),
        definition=budgets.CfnBudgetsAction.DefinitionProperty(iam_action_definition=definition),
        execution_role_arn=role.role_arn,
        subscribers=[budgets.CfnBudgetsAction.SubscriberProperty(address=topic.topic_arn, type="SNS")],
    )
    return denial, action


def _deploying(scope: Construct) -> iam.IRole:
    """Return the role of `cdk bootstrap` that CloudFormation works with."""
    stack = stack_of(scope)
    qualifier = stack.node.try_get_context(QUALIFIER_CONTEXT) or QUALIFIER
    name = f"cdk-{qualifier}-cfn-exec-role-{stack.account}-{stack.region}"
    return iam.Role.from_role_name(scope, "Deploying", name)


def _attaching(scope: Construct, denial: iam.ManagedPolicy, roles: Sequence[str]) -> iam.Role:
    stack = stack_of(scope)
    may = iam.PolicyStatement(
        actions=["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        resources=list(roles),
        conditions={"ArnEquals": {"iam:PolicyARN": denial.managed_policy_arn}},
    )
    source = f"arn:{stack.partition}:budgets::{stack.account}:budget/*"
    return iam.Role(
        scope,
        "ActionRole",
        description="Lets AWS Budgets attach one policy to the roles that it limits, and take it off.",
        assumed_by=service_of(scope, "budgets.amazonaws.com", source),
        inline_policies={"Attach": iam.PolicyDocument(statements=[may])},
    )
