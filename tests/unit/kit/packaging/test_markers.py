import pytest

from wellmade.kit.packaging.markers import applies
from wellmade.kit.packaging.target import Target

TARGET = Target("3.12", "arm64")


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ('python_version < "3.13"', True),
        ('python_version < "3.9"', False),
        ("python_full_version >= '3.12.0'", True),
        ('python_version == "3.12.*"', True),
        ('python_version != "3.12.*"', False),
        ('python_version ~= "3.10"', True),
        ('python_version ~= "3.12.1"', False),
        ('"3.13" > python_version', True),
        ('python_version in "3.11 3.12"', True),
        ('python_version not in "3.11, 3.12"', False),
        ('sys_platform == "win32"', False),
        ('sys_platform == "linux" and platform_machine == "aarch64"', True),
        ('platform_machine == "x86_64" or (os_name == "posix" and python_version >= "3.10")', True),
        ('extra == "fast"', False),
        ('extra != "fast"', True),
    ],
)
def test_judges_for_the_target(marker: str, *, expected: bool) -> None:
    assert applies(marker, TARGET.markers) is expected


def test_extras_are_those_that_were_asked_for() -> None:
    assert applies('extra == "fast"', TARGET.markers, ["fast"])


@pytest.mark.parametrize(
    "marker", ["python_version", "python_version < 3", "moon == 'full'", "a <", "not os_name"]
)
def test_says_what_it_does_not_understand(marker: str) -> None:
    with pytest.raises(ValueError, match=r"^the marker .* is not understood$"):
        applies(marker, TARGET.markers)
