"""What `--fix` prints of each role: its policy as it should be, and what that changes; nothing is edited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wellmade.prove.every import Proofs
from wellmade.prove.findings import readable
from wellmade.prove.policy import Policy, PolicyError
from wellmade.prove.proof import Proof
from wellmade.prove.written import cdk, cloudformation
from wellmade.prove.written.policy import Writer, WrittenPolicy

FORMS = ("diff", "json", "python", "typescript")


class Fixes:
    """The policies that the roles of some proofs should have."""

    def __init__(self, proofs: Proofs, by_kind: Mapping[str, Sequence[Proof]]) -> None:
        self._proofs = proofs
        self._writer = Writer(proofs.account.naming)
        self._of_role: dict[str, list[Proof]] = {}
        for each in (each for found in by_kind.values() for each in found):
            role = proofs.graph.role_of(each.workload)
            if role and not each.exempt:
                self._of_role.setdefault(role.id, []).append(each)

    def written(self) -> Iterator[tuple[Sequence[Proof], WrittenPolicy, Policy]]:
        """Yield what works with each role, the policy that it should have, and today's."""
        for role_id, proofs in self._of_role.items():
            try:
                policies = self._proofs.roles.policies_of(self._proofs.graph.resources[role_id])
            except PolicyError:
                continue  # its proof says so: what it needs is not asked of a policy that IAM refuses
            if any(proof.witness == "nothing" for proof in proofs):
                continue
            today = policies.identity.worst
            reports = [proof.report for proof in proofs]
            written = self._writer.write(reports, today, policies.exemptions)
            left = _left_out(today, policies.identity.best)
            yield proofs, replace(written, open_questions=(*written.open_questions, *left)), today

    def lines(self, form: str) -> Iterator[str]:
        """Yield what is printed, in one of `FORMS`."""
        naming = self._proofs.account.naming
        for proofs, written, today in self.written():
            workload = proofs[0].workload
            role = self._proofs.graph.role_of(workload)
            name = " and ".join(proof.workload.logical_id for proof in proofs)
            if form == "diff":
                found = "\n".join(map(readable, _difference(written, today)))
            elif form == "json":
                found = cloudformation.text(written, workload.stack, naming)
            else:
                found = cdk.code(written, workload, naming, form)
            if found:
                yield f"# {name}: {role.logical_id if role else ''}"
                yield naming.unknowns.spell(found)
                yield from (
                    naming.unknowns.spell(f"# cannot be written: {each}") for each in written.open_questions
                )


def _left_out(worst: Policy, best: Policy) -> Iterator[str]:
    """Yield the statements that count only if what is not known is as one hopes."""
    counted = {(each.where, each.actions) for each in worst.statements}
    for each in best.statements:
        if each.allows and (each.where, each.actions) not in counted:
            yield f"{each.where}, which stays as it is: what it depends on is not known"


def _difference(written: WrittenPolicy, today: Policy) -> Iterator[str]:
    """Yield a line for each right that goes and for each that comes."""
    own = {
        (action, resource)
        for statement in today.statements
        if statement.allows
        for action in statement.actions.names()
        for resource in statement.resources.names()
    }
    wanted = written.pairs()
    yield from (f"- {action} on {resource}" for action, resource in sorted(own - wanted - written.kept))
    yield from (f"+ {action} on {resource}" for action, resource in sorted(wanted - own))
