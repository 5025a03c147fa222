"""The processor of an instance type, read from its name."""

import pytest

from wellmade.facts.instance_types import processor_of_type


@pytest.mark.parametrize(
    ("instance_types", "processor"),
    [
        ("m7g.large c7gn.xlarge im4gn.large is4gen.large a1.large g5g.xlarge p6e-gb200.36xlarge", "ARM_64"),
        ("m7i.large g4dn.xlarge g7e.2xlarge p6-b200.48xlarge p6-b300.48xlarge p5en.48xlarge", "X86_64"),
        ("u7i-12tb.224xlarge u-6tb1.metal m7i.metal-24xl m8azn.large gr6f.4xlarge dl2q.24xlarge", "X86_64"),
        ("m7g m7g. large mac2-m2.metal mac1.metal M7G.large m7g.3large", None),
    ],
)
def test_tells_the_processor(instance_types: str, processor: str | None) -> None:
    assert {processor_of_type(each) for each in instance_types.split()} == {processor}
