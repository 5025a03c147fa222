"""Names that policies say as text: an override of the resource alone would leave them naming nothing."""

from collections.abc import Iterator

from aws_cdk import CfnResource

from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth


def keep_name(resource: CfnResource, prop: str, name: str, *, instead: str | None = None) -> None:
    """Refuse at synth that a resource is called otherwise than the policies that name it say.

    Args:
        resource: What is named.
        prop: Property that holds the name.
        name: The name, as the policies say it.
        instead: Another property by which CloudFormation would name it. Default: there is none.
    """

    def check(synthesized: Synthesized) -> Iterator[RefusedError]:
        found = synthesized.properties(resource)
        if not found:
            return
        expected = synthesized.resolve(resource, name)
        got = found.get(instead) if instead and instead in found else found.get(prop)
        if got != expected:
            fix = "leave it: policies name it by this text; or define one of your own and pass that"
            yield refusal(resource, "name", expected, got, fix, resource=resource)

    check_at_synth(resource, check)
