"""Work of several steps that is done as a whole or undone."""

from wellmade.workflow.express import ForEach, RunExpress
from wellmade.workflow.human_approval import HumanApproval
from wellmade.workflow.step import Step
from wellmade.workflow.tasks import Invoke, SendAndWait
from wellmade.workflow.workflow import Workflow

__all__ = ["ForEach", "HumanApproval", "Invoke", "RunExpress", "SendAndWait", "Step", "Workflow"]
