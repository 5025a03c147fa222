"""Where a program's image comes from."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

import wellmade


@dataclass(frozen=True)
class RepositoryImage:
    """An image that was built elsewhere and pushed.

    Args:
        repository: Holds the image; the execution role may pull from it.
        tag: Names one build; `latest` is refused, since nobody can roll back to it.
        name: What the container is called. Default: `program`.
    """

    repository: ecr.IRepository
    tag: str
    name: str = "program"

    def __post_init__(self) -> None:
        """Refuse a tag that moves.

        Raises:
            ValueError: If the tag is `latest`.
        """
        if self.tag == "latest":
            raise ValueError(
                "RepositoryImage: tag must be the name of one build, got 'latest'; "
                "push under the commit's hash, so that a roll-back finds the image before"
            )


@dataclass(frozen=True)
class Image:
    """An image as a task definition and a role need it."""

    name: str
    image: ecs.ContainerImage
    repository_arn: str


def bundled_programs() -> Path:
    """Return the folder with the programs that travel with this library."""
    library = Path(wellmade.__file__).parent
    installed = library / "_container_src"
    return installed if installed.is_dir() else library.parents[1] / "container_src"


def image_of(scope: Construct, program: str | Path | RepositoryImage) -> Image:
    """Return the image of a program, to be built for Graviton when the stack is deployed.

    Raises:
        ValueError: If the directory does not exist or has no Dockerfile.
    """
    if isinstance(program, RepositoryImage):
        pushed = ecs.ContainerImage.from_ecr_repository(program.repository, program.tag)
        return Image(program.name, pushed, program.repository.repository_arn)
    directory = program if isinstance(program, Path) else bundled_programs() / program
    _refuse_without_dockerfile(program, directory)
    asset = ecr_assets.DockerImageAsset(
        scope,
        "Image",
        directory=str(directory.absolute()),
        platform=ecr_assets.Platform.LINUX_ARM64,
        exclude=["__pycache__", ".venv", ".git"],
    )
    image = ecs.ContainerImage.from_docker_image_asset(asset)
    return Image(directory.name, image, asset.repository.repository_arn)


def _refuse_without_dockerfile(program: str | Path, directory: Path) -> None:
    if (directory / "Dockerfile").is_file():
        return
    known = ", ".join(sorted(path.parent.name for path in bundled_programs().glob("*/Dockerfile")))
    raise ValueError(
        f"{directory.absolute()}: program must be a directory with a Dockerfile, got {str(program)!r}; "
        f"name one of {known}, or give the path of your own as a pathlib.Path"
    )
