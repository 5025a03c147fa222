"""Work of several steps that is done as a whole or undone."""

from wellmade.workflow.human_approval import HumanApproval
from wellmade.workflow.step import Step
from wellmade.workflow.tasks import ForEach, Invoke, RunExpress, SendAndWait
from wellmade.workflow.workflow import Workflow

__all__ = ["ForEach", "HumanApproval", "Invoke", "RunExpress", "SendAndWait", "Step", "Workflow"]
