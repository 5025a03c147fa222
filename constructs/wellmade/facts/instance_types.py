"""What the name of an instance type tells of its processor."""

import re
from typing import Literal

Processor = Literal["ARM_64", "X86_64"]

_TYPE = re.compile(
    r"(?!mac)[a-z]+\d*(?P<options>[a-z]*)(-(?P<chip>[a-z0-9]+))?\.([a-z]+|\d+xlarge|metal-\d+xl)"
)
"""Family, generation, options, then the accelerator or the memory where a name has it, and the size.

Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
"""


def processor_of_type(instance_type: str) -> Processor | None:
    """Return the processor of a type; None of what is no type that runs Linux.

    The CDK reads no type with a hyphen, such as `p6-b200.48xlarge`.
    """
    found = _TYPE.fullmatch(instance_type)
    if found is None:
        return None
    # An option g is Graviton; GB and GH are Grace with Blackwell or Hopper; a1 was there before all of them.
    is_arm = (
        "g" in found["options"] or (found["chip"] or "").startswith("g") or instance_type.startswith("a1.")
    )
    return "ARM_64" if is_arm else "X86_64"
