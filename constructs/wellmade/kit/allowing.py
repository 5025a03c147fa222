"""What a workload of ours may call, asked of it in one way, whatever runs its code."""

from abc import abstractmethod
from collections.abc import Sequence

from wellmade.kit.roles import WorkloadRole
from wellmade.kit.workload import Workload


class MayCall:
    """A construct whose code calls AWS."""

    @property
    @abstractmethod
    def _calls(self) -> Workload | WorkloadRole:
        """Where its calls are written down."""

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the code call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the code, so that no test of it can; recorded in
                the role's metadata for `wellmade prove`. Default: the code.
            keyed: The resource is encrypted with a key of your own, whose policy may name the role: the
                statement then goes beside the role, not into it. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self._calls.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)
