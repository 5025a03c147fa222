"""What roles remember of all that they are given."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.foundation import PythonFunction
from wellmade.kit.grants import grants_of
from wellmade.kit.policies import managed_policies_of
from wellmade.kit.reachability import calls_of, roles_in
from wellmade.kit.roles import WorkloadRole, note_service_uses


def role(stack: cdk.Stack) -> WorkloadRole:
    return WorkloadRole(
        stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"), policy_name="Program"
    )


def policy(stack: cdk.Stack, action: str) -> iam.Policy:
    return iam.Policy(stack, "Policy", statements=[iam.PolicyStatement(actions=[action], resources=["*"])])


def given(subject: WorkloadRole) -> set[str]:
    return {action for grant in subject.granted for action in grant.actions}


def test_allow_is_remembered_once(stack: cdk.Stack) -> None:
    subject = role(stack)
    subject.allow(["kms:Decrypt"], ["arn:aws:kms:eu-west-1:1:key/1"], used_by="the service")
    assert [(grant.actions, grant.used_by) for grant in subject.granted] == [
        (("kms:Decrypt",), "the service")
    ]


def test_grant_methods_are_remembered(stack: cdk.Stack) -> None:
    subject = role(stack)
    sqs.Queue(stack, "Queue").grant_purge(subject)
    assert "sqs:PurgeQueue" in given(subject)


def test_attached_policies_are_remembered_with_what_they_gain_later(stack: cdk.Stack) -> None:
    subject, attached = role(stack), policy(stack, "sns:Publish")
    attached.attach_to_role(subject)
    attached.add_statements(iam.PolicyStatement(actions=["sns:ListTopics"], resources=["*"]))
    assert given(subject) == {"sns:Publish", "sns:ListTopics"}


def test_what_a_service_does_is_no_call_of_the_code(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Function", code="order_worker")
    attached = note_service_uses(policy(stack, "sqs:ReceiveMessage"))
    attached.attach_to_role(role=function.role)  # type: ignore[arg-type] # the CDK's class for its interface
    assert calls_of(roles_in(function)) == []


def managed(stack: cdk.Stack, **options: object) -> iam.ManagedPolicy:
    statement = iam.PolicyStatement(actions=["sns:Publish"], resources=["*"])
    return iam.ManagedPolicy(stack, "Managed", statements=[statement], **options)  # type: ignore[arg-type] # roles


def test_managed_policies_are_remembered_whoever_names_whom(stack: cdk.Stack) -> None:
    subject, other = role(stack), iam.Role(stack, "Other", assumed_by=iam.AccountRootPrincipal())
    managed(stack, roles=[subject])
    subject.add_managed_policy(
        iam.ManagedPolicy(
            stack, "Named", statements=[iam.PolicyStatement(actions=["sqs:SendMessage"], resources=["*"])]
        )
    )
    assert given(subject) == {"sns:Publish", "sqs:SendMessage"}
    assert list(managed_policies_of(other)) == []


def test_a_managed_policy_of_another_stack_is_found(stack: cdk.Stack) -> None:
    subject = role(stack)
    managed(cdk.Stack(stack.node.root, "Policies"), roles=[subject])  # type: ignore[arg-type] # the app
    assert given(subject) == {"sns:Publish"}


def test_managed_policies_of_anybodys_function_are_read(stack: cdk.Stack) -> None:
    function = lambda_.Function(
        stack,
        "Theirs",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )
    managed(stack, roles=[function.role])
    assert ("sns:Publish",) in [grant.actions for grant in grants_of(function)]
