"""Tasks of ECS: which roles they are given, and what their agent reads before they start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need, Sender
from wellmade.check.delivery.senders.common import Place, need
from wellmade.graph import Resource, Value, as_list, as_mapping, options, text
from wellmade.prove.deployed.unknowns import has_unknown

_READS = {
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue",),
    "AWS::SSM::Parameter": ("ssm:GetParameters",),
}
_TASKS = "ecs-tasks.amazonaws.com"
_REPOSITORY = re.compile(r"^[^/]*\.dkr\.ecr\.[^/]*/([^:@]+)")
_IMAGES = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def passes(deployed: Deployed, place: Place, role: Value, task: Value) -> Iterator[Need]:
    """Yield that whoever starts a task may hand its roles to it."""
    actor = deployed.graph.target(role, "AWS::IAM::Role")
    definition = deployed.graph.target(task, "AWS::ECS::TaskDefinition")
    for name in ("TaskRoleArn", "ExecutionRoleArn") if definition else ():
        passed = deployed.graph.target(definition.get(name), "AWS::IAM::Role") if definition else None
        if actor and definition and passed:
            found = need(deployed, "pass-role", place, actor, definition, ("iam:PassRole",), passed)
            yield replace(
                found,
                arns=(deployed.arn(passed),),
                context=(("iam:PassedToService", _TASKS),),
                purpose=f"gives the role {passed.logical_id} to",
            )


def _task(deployed: Deployed, task: Resource) -> Iterator[Need]:
    role = deployed.graph.target(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
    if role is None:
        return
    for index, container in enumerate(map(as_mapping, as_list(task.get("ContainerDefinitions")))):
        path = f"ContainerDefinitions.{index}."
        yield from _secrets(deployed, task, role, container, path)
        yield from _logs(deployed, task, role, container, path)
        yield from _image(deployed, task, role, container, path)
        yield from _files(deployed, task, role, container, path)


def _image(
    deployed: Deployed, task: Resource, role: Resource, container: Mapping[str, Value], path: str
) -> Iterator[Need]:
    place = Place(task, task, f"{path}Image", "pulls its image from", "no task starts")
    for option in options(container.get("Image")):
        text_ = "".join(deployed.texts(option)[:1])
        found = _REPOSITORY.match(text_)
        kept = deployed.graph.target(option, "AWS::ECR::Repository")
        base = need(deployed, "task-permission", place, role, kept or task, _IMAGES, kept or task)
        if found and not has_unknown(text_):
            base = replace(
                base, arns=(f"arn:aws:ecr:{deployed.region}:{deployed.account}:repository/{found[1]}",)
            )
        elif not kept:
            continue
        yield base
        yield replace(base, actions=("ecr:GetAuthorizationToken",), arns=("*",))


def _files(
    deployed: Deployed, task: Resource, role: Resource, container: Mapping[str, Value], path: str
) -> Iterator[Need]:
    place = Place(task, task, f"{path}EnvironmentFiles", "starts with variables of", "no task starts")
    for file in map(as_mapping, as_list(container.get("EnvironmentFiles"))):
        for value in options(file.get("Value")):
            bucket = deployed.graph.target(value, "AWS::S3::Bucket")
            texts = [each for each in deployed.texts(value) if not has_unknown(each)]
            if bucket and texts:
                found = need(deployed, "task-permission", place, role, bucket, ("s3:GetObject",), bucket)
                yield replace(found, arns=tuple(texts))


def _secrets(
    deployed: Deployed, task: Resource, role: Resource, container: Mapping[str, Value], path: str
) -> Iterator[Need]:
    place = Place(task, task, f"{path}Secrets", "starts with a value of", "no task starts")
    for secret in map(as_mapping, as_list(container.get("Secrets"))):
        for value in as_list(secret.get("ValueFrom")):
            kept = deployed.graph.target(value, *_READS)
            if kept:
                yield need(deployed, "task-permission", place, role, kept, _READS[kept.type], kept)


def _logs(
    deployed: Deployed, task: Resource, role: Resource, container: Mapping[str, Value], path: str
) -> Iterator[Need]:
    configuration = as_mapping(container.get("LogConfiguration"))
    if text(configuration.get("LogDriver")) != "awslogs":
        return
    given = as_mapping(configuration.get("Options"))
    value = given.get("awslogs-group")
    if text(given.get("awslogs-create-group")) == "true":
        place = Place(task, task, f"{path}LogConfiguration", "creates a log group for", "no task starts")
        found = need(deployed, "task-permission", place, role, task, ("logs:CreateLogGroup",), task)
        yield replace(found, arns=(f"arn:aws:logs:{deployed.region}:{deployed.account}:log-group:*", "*"))
    group = deployed.graph.target(value, "AWS::Logs::LogGroup")
    if group:
        place = Place(task, task, f"{path}LogConfiguration", "writes logs to", "no task starts")
        actions = ("logs:CreateLogStream", "logs:PutLogEvents")
        found = need(deployed, "task-permission", place, role, group, actions, group)
        yield replace(found, arns=(f"{deployed.open_arn(group)}:*",))


SENDERS: dict[str, Sender] = {"AWS::ECS::TaskDefinition": _task}
