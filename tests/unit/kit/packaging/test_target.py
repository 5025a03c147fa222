from wellmade.kit.packaging.target import Target


def test_wheels_are_those_that_the_c_library_of_the_runtime_takes() -> None:
    newer, older = Target("3.14", "arm64").platforms, Target("3.11", "x86_64").platforms
    assert (newer[0], older[0]) == ("manylinux_2_34_aarch64", "manylinux_2_26_x86_64")
    assert {"manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(newer)
    assert "manylinux_2_28_x86_64" not in older
