"""Senders upload videos of up to 5 GB; tasks on Spot capacity make several formats of each."""

from typing import Any

from aws_cdk import Duration, Size, Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import Cors, JwtAuthorizer, Throttle, UploadPortal
from wellmade.compute import Container, FargateTask, TaskSize
from wellmade.foundation import PythonFunction, alarm_topic, monitor
from wellmade.network import Network, PrivateEndpoints
from wellmade.workflow import MediaPipeline, RunTask

ISSUER, AUDIENCE = "https://login.example.com/", "video-pages"
PAGES = ["https://videos.example.com"]
VIDEOS = {"video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm", "video/x-matroska": ".mkv"}
REQUESTS = Throttle(rate_limit=20, burst_limit=100)
"""A video of 5 GB has 320 parts, whose URLs come by 200 a request."""
PORTAL = 2
"""Most copies of the portal at once: a request takes 50 ms, so that they answer 40 a second."""
FORMATS = ["1080p", "480p", "audio"]
SIZE = TaskSize(cpu=4096, memory=8192)
"""Four processors encode an hour of film in half of it; the video and a format fit into the 20 GiB."""
LONGEST_FORMAT = Duration.hours(6)


class MediaStack(Stack):
    """Videos of up to 5 GB arrive in parts; each becomes a film in two sizes and its sound, by tasks on Spot.

    Each format is marked once it is kept. What Spot interrupts is run again; an execution that failed for
    good is redriven, and makes only what is not done. There is no gateway to the internet: tasks reach S3
    and DynamoDB by endpoints, and a file that pretends to be a video reaches nothing.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").partition("\n")[0], **options)
        self._settings = settings
        self.network = Network(self, "Network", nat="none")
        self.task = self._define_task()
        self.media = self._define_media()
        self.portal = self._define_portal()
        # Last, since it reads what the task was allowed.
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=[self.task])
        log_access(self, (self.media.inbox, self.media.results), settings.removal_policy)
        monitor(self, self.portal, self.portal.table, self.media, self.media.marks, self.task)
        self._define_outputs()
        settings.tag(self)

    def _define_task(self) -> FargateTask:
        program = Container("media_transcoder", writable_folders=["/tmp"])  # noqa: S108 - of the image
        return FargateTask(self, "Transcoder", image=program, vpc=self.network.vpc, size=SIZE)

    def _define_media(self) -> MediaPipeline:
        task = self.task
        run = RunTask(task.cluster, task.task_definition, task.security_groups, timeout=LONGEST_FORMAT)
        return MediaPipeline(
            self,
            "Media",
            task=run,
            formats=FORMATS,
            suffixes=list(VIDEOS.values()),
            removal_policy=self._settings.removal_policy,
        )

    def _define_portal(self) -> UploadPortal:
        function = PythonFunction(
            self,
            "PortalHandler",
            code="upload_portal",
            timeout=Duration.seconds(29),
            reserved_concurrency=PORTAL,
        )
        return UploadPortal(
            self,
            "Portal",
            function=function,
            bucket=self.media.inbox,
            content_types=VIDEOS,
            max_size=Size.gibibytes(5),
            authorizer=JwtAuthorizer(issuer=ISSUER, audience=[AUDIENCE]),
            throttle=REQUESTS,
            cors=Cors(PAGES),
            removal_policy=self._settings.removal_policy,
        )

    def _define_outputs(self) -> None:
        define_outputs(
            self,
            {
                "PortalUrl": self.portal.url,
                "PortalApiId": self.portal.api_id,
                "InboxBucketName": self.media.inbox.bucket_name,
                "ResultsBucketName": self.media.results.bucket_name,
                "MarksTableName": self.media.marks.table_name,
                "WorkflowArn": self.media.workflow.state_machine_arn,
                "DeadLetterQueueUrl": self.media.dead_letter_queue.queue_url,
                "AlarmTopicArn": alarm_topic(self).topic_arn,
            },
        )
