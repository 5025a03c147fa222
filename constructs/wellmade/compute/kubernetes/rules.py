"""What cannot work about a cluster, before it is defined and as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_eks as eks
from constructs import IConstruct

from wellmade.compute.kubernetes.manifests import kinds_of
from wellmade.facts.addresses import is_world
from wellmade.facts.eks import (
    SOURCE,
    is_version,
    leaves_support_soon,
    newest_version,
    standard_support_ends,
)
from wellmade.kit.lookups import is_unresolved, path_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

Version = str | eks.KubernetesVersion | None
_DAEMON = "DaemonSet"


def version_of(scope: IConstruct, version: Version) -> str:
    """Return the version of Kubernetes, as text.

    Raises:
        RefusedError: If it is none, or its standard support has ended or ends soon.
    """
    if version is None:
        return newest_version()
    found = version if isinstance(version, str) else version.version
    for refused in () if is_unresolved(found) else _wrong_version(scope, found):
        raise refused
    return found


def _wrong_version(
    scope: IConstruct, version: str, resource: eks.CfnCluster | None = None
) -> Iterator[RefusedError]:
    """Yield a refusal where a version is none, or its standard support has ended or ends soon.

    One that is newer than those of the table is taken: EKS has had it since, and supports it for longer.
    """
    newest = newest_version()
    if not is_version(version):
        fix = "write its first two numbers"
        yield refusal(scope, "version", f"one of EKS such as {newest}", repr(version), fix, resource=resource)
        return
    end = leaves_support_soon(version)
    if end:
        allowed = (
            f"one whose standard support lasts, such as {newest} (until {standard_support_ends(newest)})"
        )
        ends = "ends on" if standard_support_ends(version) else "ended before"
        got = f"{version}, whose standard support {ends} {end} as {SOURCE} has it"
        fix = "then the control plane costs six times as much, or EKS upgrades it on its own day"
        yield refusal(scope, "version", allowed, got, fix, rule="eks-version", resource=resource)


def refuse_world(scope: IConstruct, cidrs: Sequence[str]) -> None:
    """Raise where the API would answer everybody.

    Raises:
        RefusedError: If a range is the whole internet.
    """
    wide = next((each for each in cidrs if is_world(each)), None)
    if wide:
        fix = "stolen tokens are tried from anywhere; name the addresses of your offices, or leave it out"
        allowed = "ranges that are not the whole internet"
        raise refusal(scope, "public_access_cidrs", allowed, wide, fix, rule="eks-public-endpoint")


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
        if isinstance(version, str):
            yield from _wrong_version(self.scope, version, self.cluster)
        network = properties.get("ResourcesVpcConfig", {})
        ranges = network.get("PublicAccessCidrs", ["0.0.0.0/0"])
        is_open = any(map(is_world, ranges))
        if is_open and network.get("EndpointPublicAccess") is not False:
            fix = "name public_access_cidrs, or leave the override out"
            yield self._refused(
                "EndpointPublicAccess", "closed to the world", ranges, fix, "eks-public-endpoint"
            )

    def _refused(self, option: str, allowed: str, got: object, fix: str, rule: str) -> RefusedError:
        return refusal(path_of(self.scope), option, allowed, got, fix, rule=rule, resource=self.cluster)
