"""Compares a written policy as if the role had it: nothing may be denied, and nothing unused."""

from dataclasses import replace

from wellmade.prove.every import Proofs
from wellmade.prove.policy import Request
from wellmade.prove.proof import Proof
from wellmade.prove.report import Asked, Report, compare
from wellmade.prove.written.policy import WrittenPolicy


def given_back(proofs: Proofs, proof: Proof, others: list[Proof], written: WrittenPolicy) -> Report:
    """Return what is said of a workload whose role has the written policy and no boundary.

    What a call that is not judged may use stays in the policy, and is not told as unused.

    Args:
        proofs: That the workload's is of.
        proof: Of the workload.
        others: Of what else works with the role.
        written: The policy.
    """
    role = proofs.graph.role_of(proof.workload)
    if role is None:
        return proof.report
    policies = proofs.roles.policies_of(role)
    name = proofs.account.naming.name(proof.workload)
    today = proofs.role_for(policies, name)
    new = replace(
        today, policies=[written.as_policy(role.logical_id)], boundary=None, at_best=None, unknown=[]
    )
    also = [asked for other in others for asked in _asked(other.report)]
    open_ = [row for each in (proof, *others) for row in each.report.not_judged]
    maybe = [row.action or row.what.partition(" on ")[0] for row in open_]
    report = compare(proof.report.calls, _asked(proof.report), (), new, also=also, maybe_also=maybe)
    unused = [each for each in report.unused if (each.action, each.resource) not in written.kept]
    return replace(report, unused=unused)


def _asked(report: Report) -> list[Asked]:
    denied = [Asked(each.call, Request(each.action, each.resource)) for each in report.denied]
    return [*report.allowed, *denied]
