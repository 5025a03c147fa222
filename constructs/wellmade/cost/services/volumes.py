"""Amazon EBS: volumes by their kind, size and what they are provisioned with."""

from collections.abc import Iterator
from math import inf

from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.graph import Resource, Value, as_list, as_mapping, number, text

PAGE = "https://aws.amazon.com/ebs/pricing/"
KINDS = ("gp2", "gp3", "io1", "io2", "sc1", "st1", "standard")
DEFAULT = "gp2"
"""Of a volume that says no kind.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html
"""
STORED = {kind: flat(f"GB of {kind} volumes", PAGE, f"ebs_gb_month_{kind}") for kind in KINDS}
OPERATIONS: dict[str, Meter] = {
    **{kind: flat(f"IOPS of {kind} volumes", PAGE, f"ebs_iops_month_{kind}") for kind in ("gp3", "io1")},
    "io2": Meter("IOPS of io2 volumes", PAGE, ((32_000, "ebs_iops_month_io2_first_32k"),)),
}
THROUGHPUT = flat("MB a second of gp3 volumes", PAGE, "ebs_mbps_month_gp3")
INCLUDED_OPERATIONS, INCLUDED_THROUGHPUT = 3000, 125
"""Of a gp3 volume."""
ROOTS = ("/dev/xvda", "/dev/sda1")
"""What images of Linux and Windows call the volume that they start from."""


def volume(resource: Resource, _: Usage) -> Iterator[Charge | NotPriced]:
    """Yield a volume of its own."""
    yield from taken({name: resource.get(name) for name in ("Size", "VolumeType", "Iops", "Throughput")}, 1)


def mapped(mappings: Value, count: float) -> Iterator[Charge | NotPriced]:
    """Yield the volumes of instances, as their block device mappings say."""
    entries = [as_mapping(one) for one in as_list(mappings)]
    names = []
    for entry in entries:
        volume_of = as_mapping(entry.get("Ebs"))
        if volume_of:
            names.append(entry.get("DeviceName"))
            size = volume_of.get("VolumeSize")
            yield from taken({**volume_of, "Size": size}, count)
    if not any(name in ROOTS for name in names):
        yield NotPriced("GB of the volume that it starts from, which its image decides")


def taken(settings: Value, count: float) -> Iterator[Charge | NotPriced]:
    """Yield what volumes of some settings take."""
    said = as_mapping(settings)
    given = said.get("VolumeType")
    kind, size = text(given) if given is not None else DEFAULT, number(said.get("Size"))
    if kind not in KINDS or size is None or not 0 <= size < inf:
        yield NotPriced("GB of a volume, of which the template does not tell the size or the kind")
        return
    yield Charge(STORED[kind], size * count, fixed=True)
    operations, throughput = number(said.get("Iops")), number(said.get("Throughput"))
    if kind in OPERATIONS:
        included = INCLUDED_OPERATIONS if kind == "gp3" else 0
        yield Charge(OPERATIONS[kind], max(0.0, (operations or 0) - included) * count, fixed=True)
    if kind == "gp3":
        yield Charge(THROUGHPUT, max(0.0, (throughput or 0) - INCLUDED_THROUGHPUT) * count, fixed=True)


PRICED = {"AWS::EC2::Volume": volume}
