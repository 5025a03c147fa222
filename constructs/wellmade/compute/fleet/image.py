"""The container image that instances run, and leave to pull it."""

from pathlib import Path

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.compute.container import RepositoryImage, image_asset
from wellmade.kit.roles import WorkloadRole

FleetImage = str | Path | RepositoryImage
"""The name of a program that travels with the library, a directory with a Dockerfile, or a pushed image."""

_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_BY = "Docker on the instance, to start the program"


def uri_of(
    scope: Construct, image: FleetImage, architecture: ec2.InstanceArchitecture, role: WorkloadRole
) -> str:
    """Return the address of an image, which the instances' role may pull from then on.

    Raises:
        ValueError: If the directory does not exist or has no Dockerfile.
    """
    repository, uri = located(scope, image, architecture)
    role.allow(["ecr:GetAuthorizationToken"], ["*"], reason="ECR has one token for all.", used_by=_BY)
    role.allow(_PULL, [repository.repository_arn], used_by=_BY)
    return uri


def located(
    scope: Construct, image: FleetImage, architecture: ec2.InstanceArchitecture
) -> tuple[ecr.IRepository, str]:
    """Return the repository of an image, and its address.

    Raises:
        ValueError: If the directory does not exist or has no Dockerfile.
    """
    if isinstance(image, RepositoryImage):
        return image.repository, image.repository.repository_uri_for_tag(image.tag)
    is_intel = architecture == ec2.InstanceArchitecture.X86_64
    processor = ecs.CpuArchitecture.X86_64 if is_intel else ecs.CpuArchitecture.ARM64
    asset: ecr_assets.DockerImageAsset = image_asset(scope, "Image", image, processor)
    return asset.repository, asset.image_uri
