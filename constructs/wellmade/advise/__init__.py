"""Which compute, messaging, data store and front door a workload takes, why, and what the others cost."""

from wellmade.advise.advice import Advice, advise
from wellmade.advise.workload import Workload, read_workloads

__all__ = ["Advice", "Workload", "advise", "read_workloads"]
