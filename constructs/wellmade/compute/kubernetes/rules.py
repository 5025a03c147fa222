"""What cannot work about a cluster, before it is defined and as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_eks as eks
from constructs import IConstruct

from wellmade.compute.kubernetes.manifests import kinds_of
from wellmade.facts.addresses import EVERYWHERE, is_range
from wellmade.facts.eks import (
    leaves_support_soon,
    newest_version,
    standard_support_ends,
    versions_with_a_year,
)
from wellmade.kit.lookups import path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

_DAEMON = "DaemonSet"


def version_of(scope: IConstruct, version: str | None) -> str:
    """Return the version of Kubernetes.

    Raises:
        RefusedError: If its standard support ends too soon, or is not known.
    """
    if version is None:
        return newest_version()
    for refused in _short_lived(scope, version):
        raise refused
    return version


def _short_lived(
    scope: IConstruct, version: str, resource: eks.CfnCluster | None = None
) -> Iterator[RefusedError]:
    """Yield a refusal where the standard support of a version ends too soon, or is not known."""
    lasting = versions_with_a_year()
    if version in lasting:
        return
    end = standard_support_ends(version)
    until = ", ".join(f"{each} (until {standard_support_ends(each)})" for each in lasting)
    got = f"{version}, whose standard support ends on {end}" if end else f"{version!r}, which is not known"
    fix = "then the control plane costs six times as much, or EKS upgrades it on its own day"
    allowed = f"one with the longest standard support, {until}"
    yield refusal(scope, "version", allowed, got, fix, rule="eks-version", resource=resource)


def refuse_world(scope: IConstruct, cidrs: Sequence[str]) -> None:
    """Raise where the API would answer everybody.

    Raises:
        RefusedError: If a range is the whole internet.
    """
    wide = next((each for each in cidrs if each in EVERYWHERE), None)
    if wide:
        fix = "stolen tokens are tried from anywhere; name the addresses of your offices, or leave it out"
        allowed = "ranges that are not the whole internet"
        raise refusal(scope, "public_access_cidrs", allowed, wide, fix, rule="eks-public-endpoint")


def ranges_given(scope: IConstruct, option: str, cidrs: Sequence[str]) -> tuple[str, ...]:
    """Return ranges of addresses.

    Raises:
        RefusedError: If one is none of IPv4: Kubernetes would refuse the manifest.
    """
    for each in cidrs:
        if not is_range(each):
            fix = "describe-vpcs lists those of a network"
            raise refusal(scope, option, "ranges such as 100.64.0.0/16", repr(each), fix)
    return tuple(cidrs)


def refuse_daemons(
    scope: IConstruct, manifests: Sequence[Mapping[str, Any]], fargate: Sequence[str], *, has_nodes: bool
) -> None:
    """Raise where a DaemonSet is to run on Fargate, which has none.

    Raises:
        RefusedError: If one is.
    """
    for kind, namespace in kinds_of(manifests):
        if kind == _DAEMON and (not has_nodes or namespace in fargate):
            fix = "run it as a second container of each pod, or give the cluster nodes"
            where = f"a DaemonSet in namespace {namespace!r}"
            raise refusal(scope, "manifests", "without DaemonSets where pods run on Fargate", where, fix)


@dataclass(frozen=True)
class PlatformRules:
    """The rules that a cluster keeps, overrides included."""

    scope: IConstruct
    cluster: eks.CfnCluster

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        properties = synthesized.properties(self.cluster)
        version = properties.get("Version")
        if isinstance(version, str) and leaves_support_soon(version):
            yield from _short_lived(self.scope, version, self.cluster)
        network = properties.get("ResourcesVpcConfig", {})
        ranges = network.get("PublicAccessCidrs", ["0.0.0.0/0"])
        is_open = not {str(each) for each in ranges}.isdisjoint(EVERYWHERE)
        if is_open and network.get("EndpointPublicAccess") is not False:
            fix = "name public_access_cidrs, or leave the override out"
            yield self._refused(
                "EndpointPublicAccess", "closed to the world", ranges, fix, "eks-public-endpoint"
            )

    def _refused(self, option: str, allowed: str, got: object, fix: str, rule: str) -> RefusedError:
        return refusal(path_of(self.scope), option, allowed, got, fix, rule=rule, resource=self.cluster)
