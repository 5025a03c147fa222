"""The images of container instances, and what each is told when it starts."""

import re
from dataclasses import dataclass
from typing import Literal

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import IConstruct

from wellmade.compute.fleet.group import processor_of
from wellmade.compute.fleet.instances import Instances
from wellmade.kit.refusals import refusal

MachineImage = Literal["bottlerocket", "amazon-linux-2023"]
IMAGES: tuple[MachineImage, ...] = ("bottlerocket", "amazon-linux-2023")
_BOTTLEROCKET = "/aws/service/bottlerocket/aws-ecs-2{flavor}/{processor}/latest/image_id"
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-bottlerocket-retrieve-ami.html"""
_AMAZON_LINUX = "/aws/service/ecs/optimized-ami/amazon-linux-2023{flavor}/recommended/image_id"
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html"""
_DISKS = {"bottlerocket": {"/dev/xvda": 4}, "amazon-linux-2023": {}}
"""GiB of the system's own disk, where it is another than that of the containers."""
_DATA = {"bottlerocket": "/dev/xvdb", "amazon-linux-2023": "/dev/xvda"}
SMALLEST_DISK = {"bottlerocket": 20, "amazon-linux-2023": 30}
"""GiB that the images bring for the disk of the containers: EC2 starts none on a smaller one."""
_GPU = re.compile(r"^(g[4-9]\w*|gr\d\w*|p\d[\w-]*)\.")
_AMD = "g4ad."
_TOML = """[settings.ecs]
cluster = "{cluster}"
awsvpc-block-imds = true
enable-spot-instance-draining = true
"""
_CONFIG = """cat >> /etc/ecs/ecs.config <<'END_OF_FILE'
ECS_CLUSTER={cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
END_OF_FILE"""


def has_gpu(instance_type: str) -> bool:
    """Tell whether instances of a type have GPUs of NVIDIA, for which ECS has images.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html
    """
    return bool(_GPU.match(instance_type)) and not instance_type.startswith(_AMD)


@dataclass(frozen=True)
class Machine:
    """What container instances are: an image by its parameter, and what they are told."""

    instances: Instances
    kind: MachineImage
    disk: int

    @property
    def is_gpu(self) -> bool:
        """Whether they have GPUs; all have, or none."""
        return has_gpu(self.instances.instance_types[0])

    @property
    def parameter(self) -> str:
        """The parameter that names the newest image."""
        processor = processor_of(self.instances)
        if self.kind == "bottlerocket":
            return _BOTTLEROCKET.format(flavor="-nvidia" if self.is_gpu else "", processor=processor)
        others = "/arm64" if processor == "arm64" else ""
        return _AMAZON_LINUX.format(flavor="/gpu" if self.is_gpu else others)

    @property
    def disks(self) -> dict[str, int]:
        """GiB by device."""
        return {**_DISKS[self.kind], _DATA[self.kind]: self.disk}

    def script(self, cluster: ecs.ICluster) -> ec2.UserData:
        """Return what an instance reads when it starts: its cluster, and to drain where Spot ends it."""
        name = cluster.cluster_name
        if self.kind == "bottlerocket":
            return ec2.UserData.custom(_TOML.format(cluster=name))
        script = ec2.UserData.for_linux()
        script.add_commands(_CONFIG.format(cluster=name))
        return script

    def refuse_wrong(self, scope: IConstruct, option: str) -> None:
        """Raise where there is no such image.

        Raises:
            RefusedError: If there is not, or some instances have GPUs and others have none.
        """
        if self.kind not in IMAGES:
            fix = "bottlerocket has the least on it that could be attacked"
            raise refusal(scope, f"{option}.machine_image", " or ".join(IMAGES), repr(self.kind), fix)
        types = self.instances.instance_types
        if len({has_gpu(each) for each in types}) > 1:
            fix = "put those with GPUs into a group of their own, so that no other task takes their place"
            raise refusal(scope, f"{option}.instance_types", "all with GPUs or none", ", ".join(types), fix)
        on_arm = self.instances.architecture == ec2.InstanceArchitecture.ARM_64
        if self.kind == "amazon-linux-2023" and self.is_gpu and on_arm:
            fix = "take bottlerocket, which has one"
            raise refusal(
                scope, f"{option}.machine_image", "one with drivers for GPUs on Graviton", types[0], fix
            )
