"""Every delivery of what is deployed is known to the service that makes it, or named as dropped."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.local.edges import ELSEWHERE, made, unserved
from tests.local.services_say import SAYS
from tests.local.templates import test_services, test_templates
from wellmade.local.deliveries import DELIVERS
from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = [pytest.mark.local, pytest.mark.scan]


def test_each_is_served(
    cloud: LocalCloud, deployment: Deployment, shop: Mapping[str, str], tmp_path: Path
) -> None:
    assert deployment.outputs
    assert shop
    for name, content in {**test_templates.FILES, "services.yaml": test_services.TEMPLATE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    kinds = Path(__file__).parent / "apps" / "edges.yaml"
    files = [tmp_path / "template.yaml", tmp_path / "services.yaml", kinds]
    deploy_templates(cloud, files, parameters={"Greeting": "hello"}, report=print)

    edges = made(cloud)

    assert len(edges) > 45
    assert {edge.via.type for edge in edges} <= set(SAYS)
    assert list(unserved(cloud)) == []


def test_every_service_that_delivers_can_be_asked() -> None:
    assert set(DELIVERS) == set(SAYS) | ELSEWHERE
