"""Work of several steps that is done as a whole or compensated."""

from wellmade.kit.option_classes import check_options
from wellmade.workflow.call_aws_service import CallAwsService
from wellmade.workflow.choice import Choice
from wellmade.workflow.custom_state import CustomState
from wellmade.workflow.for_each import ForEach
from wellmade.workflow.human_approval import HumanApproval
from wellmade.workflow.invoke import Invoke
from wellmade.workflow.media_pipeline import MediaPipeline
from wellmade.workflow.parallel import Parallel
from wellmade.workflow.request_approval import RequestApproval
from wellmade.workflow.run_express import RunExpress
from wellmade.workflow.run_task import RunTask
from wellmade.workflow.scheduled_job import ScheduledJob
from wellmade.workflow.send_message import SendMessageWithTaskToken
from wellmade.workflow.step import Step
from wellmade.workflow.task import Permission
from wellmade.workflow.wait import Wait
from wellmade.workflow.workflow import Workflow

__all__ = [
    "CallAwsService",
    "Choice",
    "CustomState",
    "ForEach",
    "HumanApproval",
    "Invoke",
    "MediaPipeline",
    "Parallel",
    "Permission",
    "RequestApproval",
    "RunExpress",
    "RunTask",
    "ScheduledJob",
    "SendMessageWithTaskToken",
    "Step",
    "Wait",
    "Workflow",
]

check_options(__name__)
