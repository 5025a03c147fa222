"""A container of a task, and where its image comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct, IConstruct

from wellmade.compute.secrets import SecretOption
from wellmade.kit.lookups import is_same
from wellmade.kit.packaging import bundled_programs
from wellmade.kit.refusals import refusal

UNPRIVILEGED = "1000:1000"
"""User and group of programs that need no root."""


@dataclass(frozen=True)
class RepositoryImage:
    """An image that was built elsewhere and pushed.

    Args:
        repository: Holds the image; the execution role may pull from it.
        tag: Names one build; `latest` is refused, since nobody can roll back to it.
        name: What the container is called. Default: `program`.

    Raises:
        ValueError: If the tag is `latest`.
    """

    repository: ecr.IRepository | ecr.Repository
    tag: str
    name: str = "program"

    def __post_init__(self) -> None:
        """Refuse a tag that moves."""
        if self.tag == "latest":
            raise ValueError(
                "RepositoryImage: tag must be the name of one build, got 'latest'; "
                "push under the commit's hash, so that a roll-back finds the image before"
            )


Image = str | Path | RepositoryImage | ecs.ContainerImage
"""The name of a program that travels with the library, a directory with a Dockerfile, or any image."""


@dataclass(frozen=True)
class Container:
    """A container with settings of its own: the program, with sidecars beside it, or one of these.

    Args:
        image: A name, a `Path`, a `RepositoryImage` or any `ecs.ContainerImage`.
        name: What it is called. Default: the directory's name, else `program`.
        environment: Variables; no secrets. Default: none.
        secrets: Variables that ECS reads from Secrets Manager or Parameter Store when it starts the task.
            Default: none.
        command: What it runs. Default: what the image says.
        port: Where it listens. Default: 8080 for the program of a service, else nowhere.
        essential: The task ends with it. Default: True.
        health_check: How ECS asks whether it lives. Default: what the image says.
        user: User and group; None for what the image says. Default: `1000:1000`, so that it is not root.
        readonly_root_filesystem: Nothing can be written but to `writable_folders`. Default: True.
        writable_folders: Folders in the task's own space, such as `/tmp`, with the rights that they have in
            the image where its Dockerfile names each as a `VOLUME`. Default: none.
        cpu: CPU units that are kept for it. Default: it shares the task's.
        memory: Most memory in MiB. Default: it shares the task's.
        sidecars: Containers beside the program, in the same task. Default: none.
    """

    image: Image
    name: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, SecretOption] = field(default_factory=dict)
    command: Sequence[str] | None = None
    port: int | None = None
    essential: bool = True
    health_check: ecs.HealthCheck | None = None
    user: str | None = UNPRIVILEGED
    readonly_root_filesystem: bool = True
    writable_folders: Sequence[str] = ()
    cpu: int | None = None
    memory: int | None = None
    sidecars: "Sequence[Container]" = ()


ImageOption = Image | Container


def container_of(image: ImageOption) -> Container:
    """Return a container as it is, or one that runs an image."""
    return image if isinstance(image, Container) else Container(image)


def name_of(container: Container) -> str:
    """Return what a container is called."""
    if container.name:
        return container.name
    match container.image:
        case RepositoryImage(name=name):
            return name
        case Path() as directory:
            return directory.name
        case str() as name:
            return name
        case _:
            return "program"


def image_of(
    scope: Construct, construct_id: str, image: Image, architecture: ecs.CpuArchitecture | None
) -> ecs.ContainerImage:
    """Return an image, of a directory to be built for the processor when the stack is deployed.

    Raises:
        RefusedError: If it is none.
        ValueError: If the directory does not exist or has no Dockerfile.
    """
    if isinstance(image, RepositoryImage):
        return ecs.ContainerImage.from_ecr_repository(image.repository, image.tag)
    if isinstance(image, ecs.ContainerImage):
        return image
    _refuse_other(scope, image)
    return ecs.ContainerImage.from_docker_image_asset(image_asset(scope, construct_id, image, architecture))


def image_asset(
    scope: Construct, construct_id: str, image: str | Path, architecture: ecs.CpuArchitecture | None
) -> ecr_assets.DockerImageAsset:
    """Return the image of a directory, or of a program that travels with the library, to be built.

    Raises:
        ValueError: If the directory does not exist or has no Dockerfile.
    """
    directory = image if isinstance(image, Path) else bundled_programs() / image
    _refuse_without_dockerfile(image, directory)
    return ecr_assets.DockerImageAsset(
        scope,
        construct_id,
        directory=str(directory.absolute()),
        platform=_platform(architecture),
        exclude=["__pycache__", ".venv", ".git"],
    )


def _platform(architecture: ecs.CpuArchitecture | None) -> ecr_assets.Platform:
    is_intel = is_same(architecture, ecs.CpuArchitecture.X86_64)
    return ecr_assets.Platform.LINUX_AMD64 if is_intel else ecr_assets.Platform.LINUX_ARM64


def _refuse_other(scope: IConstruct, image: object) -> None:
    if not isinstance(image, str | Path):
        allowed = "the name of a bundled program, a pathlib.Path, a RepositoryImage or an ecs.ContainerImage"
        fix = "pass a Container for an image with settings of its own"
        raise refusal(scope, "image", allowed, type(image).__name__, fix)


def _refuse_without_dockerfile(image: str | Path, directory: Path) -> None:
    if (directory / "Dockerfile").is_file():
        return
    known = ", ".join(sorted(path.parent.name for path in bundled_programs().glob("*/Dockerfile")))
    raise ValueError(
        f"{directory.absolute()}: image must be a directory with a Dockerfile, got {str(image)!r}; "
        f"name one of {known}, or give the path of your own as a pathlib.Path"
    )
