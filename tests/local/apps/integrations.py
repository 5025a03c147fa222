"""An app in which services call each other without a function in between."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

ECHO = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("[BadRequest] " + event["fail"])
    return event
"""
TEMPLATE = """#set($given = $input.path('$'))
{"name": "$given.first $given.last", "fail": "$!given.fail",
"headers": {#foreach($each in $input.params().header.keySet())
"$each": "$util.escapeJavaScript($input.params().header.get($each))"#if($foreach.hasNext),#end#end}}"""
RESPONSES = [
    rest.IntegrationResponse(status_code="200"),
    rest.IntegrationResponse(status_code="502", selection_pattern=r"[45]\d\d"),
]


class IntegrationsStack(cdk.Stack):
    """REST and HTTP APIs, rules and pipes in front of queues, topics, tables, streams and workflows."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.inbox = sqs.Queue(self, "Inbox")
        self.topic = sns.Topic(self, "Topic")
        self.topic.add_subscription(subscriptions.SqsSubscription(self.inbox, raw_message_delivery=True))
        self.table = dynamodb.TableV2(
            self, "Table", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
        )
        self.stream = kinesis.Stream(self, "Stream")
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(self, "Nothing")),
            state_machine_type=sfn.StateMachineType.STANDARD,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
        self._rest()
        self._mapped()
        self._waiting()
        self._http()
        self._rules()
        self._pipes()
        outputs = {
            "InboxUrl": self.inbox.queue_url,
            "TableName": self.table.table_name,
            "StreamName": self.stream.stream_name,
            "MachineArn": self.machine.state_machine_arn,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _rest(self) -> None:
        api = rest.RestApi(self, "Rest")
        self.topic.grant_publish(self.role)
        self.table.grant_write_data(self.role)
        self.machine.grant_start_execution(self.role)
        table, machine, topic = self.table.table_name, self.machine.state_machine_arn, self.topic.topic_arn
        item = f'{{"TableName": "{table}", "Item": {{"pk": {{"S": "$input.path(\'$.id\')"}}}}}}'
        start = f'{{"stateMachineArn": "{machine}", "input": "{{}}"}}'
        publish = f"Action=Publish&TopicArn=$util.urlEncode('{topic}')&Message=$util.urlEncode($input.body)"
        form = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
        self._method(api, "items", "dynamodb", item, action="PutItem")
        self._method(api, "executions", "states", start, action="StartExecution")
        self._method(api, "notices", "sns", publish, path="/", parameters=form)
        self._method(api, "refused", "dynamodb", '{"TableName": "x"}', action="DeleteTable")
        cdk.CfnOutput(self, "RestUrl", value=api.url)

    def _mapped(self) -> None:
        """A function that is no proxy, and a mock, both with templates."""
        api = rest.RestApi(self, "Mapped")
        echo = lambda_.Function(
            self,
            "Echo",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(ECHO),
        )
        kept = "#set($context.responseOverride.status = 201){\"kept\": $input.json('$.name')}"
        function = rest.LambdaIntegration(
            echo,
            proxy=False,
            request_templates={"application/json": TEMPLATE},
            integration_responses=[
                rest.IntegrationResponse(status_code="200", response_templates={"application/json": kept}),
                rest.IntegrationResponse(
                    status_code="400",
                    selection_pattern=r"\[BadRequest\].*",
                    response_templates={"application/json": "{\"said\": $input.json('$.errorMessage')}"},
                ),
            ],
        )
        wanted = "#if($input.params('mode') == 'bad'){\"statusCode\": 400}#else{\"statusCode\": 200}#end"
        said = {"application/json": '{"mode": "$input.params(\'mode\')"}'}
        mock = rest.MockIntegration(
            request_templates={"application/json": wanted},
            integration_responses=[
                rest.IntegrationResponse(status_code="200", response_templates=said),
                rest.IntegrationResponse(status_code="400", selection_pattern="400", response_templates=said),
            ],
        )
        codes = [rest.MethodResponse(status_code=code) for code in ("200", "201", "400")]
        api.root.add_cors_preflight(allow_origins=["https://shop.example"])
        api.root.add_resource("function").add_method("POST", function, method_responses=codes)
        api.root.add_resource("mock").add_resource("{mode}").add_method("POST", mock, method_responses=codes)
        cdk.CfnOutput(self, "MappedUrl", value=api.url)

    def _waiting(self) -> None:
        """An API of CDK's that answers with what an express workflow makes of a request."""
        ended = sfn.Choice(self, "Wanted").when(
            sfn.Condition.is_present("$.body.fail"), sfn.Fail(self, "Failed", error="Bad", cause="meant")
        )
        machine = sfn.StateMachine(
            self,
            "Waited",
            definition_body=sfn.DefinitionBody.from_chainable(ended.otherwise(sfn.Pass(self, "Passed"))),
            state_machine_type=sfn.StateMachineType.EXPRESS,
        )
        context = rest.RequestContext(http_method=True, stage=True)
        api = rest.StepFunctionsRestApi(
            self, "Waiting", state_machine=machine, headers=True, request_context=context
        )
        cdk.CfnOutput(self, "WaitingUrl", value=api.url)

    def _method(
        self,
        api: rest.RestApi,
        name: str,
        service: str,
        template: str,
        *,
        action: str | None = None,
        path: str | None = None,
        parameters: dict[str, str] | None = None,
    ) -> None:
        integration = rest.AwsIntegration(
            service=service,
            action=action,
            path=path,
            integration_http_method="POST",
            options=rest.IntegrationOptions(
                credentials_role=self.role,
                request_templates={"application/json": template},
                request_parameters=parameters,
                integration_responses=RESPONSES,
            ),
        )
        codes = [rest.MethodResponse(status_code=code) for code in ("200", "502")]
        api.root.add_resource(name).add_method("POST", integration, method_responses=codes)

    def _http(self) -> None:
        api = http.HttpApi(self, "Http")
        self.inbox.grant_send_messages(self.role)
        self.stream.grant_write(self.role)
        calls = {
            "queue": (
                "SQS-SendMessage",
                {"QueueUrl": self.inbox.queue_url, "MessageBody": "$request.body.text"},
            ),
            "stream": (
                "Kinesis-PutRecord",
                {"StreamName": self.stream.stream_name, "Data": "$request.body.data", "PartitionKey": "a"},
            ),
            "machine": (
                "StepFunctions-StartExecution",
                {"StateMachineArn": self.machine.state_machine_arn, "Input": "$request.body"},
            ),
        }
        for path, (operation, parameters) in calls.items():
            integration = http.CfnIntegration(
                self,
                f"{path}Integration",
                api_id=api.api_id,
                integration_type="AWS_PROXY",
                integration_subtype=operation,
                credentials_arn=self.role.role_arn,
                payload_format_version="1.0",
                request_parameters=parameters,
            )
            http.CfnRoute(
                self,
                f"{path}Route",
                api_id=api.api_id,
                route_key=f"POST /{path}",
                target=f"integrations/{integration.ref}",
            )
        cdk.CfnOutput(self, "HttpUrl", value=api.api_endpoint)

    def _rules(self) -> None:
        group = logs.LogGroup(self, "Events", removal_policy=cdk.RemovalPolicy.DESTROY)
        events.Rule(
            self,
            "Rule",
            event_pattern=events.EventPattern(source=["shop"]),
            targets=[targets.KinesisStream(self.stream), targets.CloudWatchLogGroup(group)],
        )
        cdk.CfnOutput(self, "GroupName", value=group.log_group_name)

    def _pipes(self) -> None:
        source = sqs.Queue(self, "Source")
        role = iam.Role(self, "PipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        source.grant_consume_messages(role)
        self.inbox.grant_send_messages(role)
        pattern = '{"body": {"kind": ["order"]}}'
        pipes.CfnPipe(
            self,
            "Pipe",
            role_arn=role.role_arn,
            source=source.queue_arn,
            target=self.inbox.queue_arn,
            source_parameters={"filterCriteria": {"filters": [{"pattern": pattern}]}},
            target_parameters={"inputTemplate": '{"piped": <$.body.id>}'},
        )
        cdk.CfnOutput(self, "SourceUrl", value=source.queue_url)
        self._pipe_to_a_bus()
        self._pipe_that_fails()

    def _pipe_to_a_bus(self) -> None:
        source = sqs.Queue(self, "Told")
        bus = events.EventBus(self, "Bus")
        role = iam.Role(self, "BusPipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        source.grant_consume_messages(role)
        bus.grant_put_events_to(role)
        pipes.CfnPipe(
            self,
            "ToBus",
            name="to-bus",
            role_arn=role.role_arn,
            source=source.queue_arn,
            target=bus.event_bus_arn,
        )
        events.Rule(
            self,
            "FromPipe",
            event_bus=bus,
            event_pattern=events.EventPattern(source=["Pipe to-bus"], detail_type=["Event from aws:sqs"]),
            targets=[targets.SqsQueue(self.inbox)],
        )
        cdk.CfnOutput(self, "ToldUrl", value=source.queue_url)

    def _pipe_that_fails(self) -> None:
        source = kinesis.Stream(self, "Unwanted", shard_count=1)
        refusing = lambda_.Function(
            self,
            "Refusing",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(
                "def handler(event, context):\n    raise ValueError('not enriched')"
            ),
        )
        group = logs.LogGroup(self, "PipeLog", removal_policy=cdk.RemovalPolicy.DESTROY)
        role = iam.Role(self, "FailingPipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
        source.grant_read(role)
        refusing.grant_invoke(role)
        self.inbox.grant_send_messages(role)
        pipes.CfnPipe(
            self,
            "Failing",
            role_arn=role.role_arn,
            source=source.stream_arn,
            enrichment=refusing.function_arn,
            target=self.inbox.queue_arn,
            source_parameters={
                "kinesisStreamParameters": {
                    "startingPosition": "TRIM_HORIZON",
                    "maximumRetryAttempts": 1,
                    "deadLetterConfig": {"arn": self.inbox.queue_arn},
                }
            },
            log_configuration={
                "level": "INFO",
                "cloudwatchLogsLogDestination": {"logGroupArn": group.log_group_arn},
            },
        )
        cdk.CfnOutput(self, "UnwantedName", value=source.stream_name)
        cdk.CfnOutput(self, "PipeLogName", value=group.log_group_name)
