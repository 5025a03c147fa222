"""Which permissions services and roles take to hand something on.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html and
https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html.
"""

POLLS = {
    "AWS::SQS::Queue": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "AWS::Kinesis::Stream": (
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:DescribeStream|kinesis:DescribeStreamSummary",
    ),
    "AWS::DynamoDB::Table": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    "AWS::DynamoDB::GlobalTable": (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
    ),
    "AWS::AmazonMQ::Broker": ("mq:DescribeBroker",),
    "AWS::MSK::Cluster": ("kafka:DescribeCluster|kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
}
"""What a role needs to poll; `a|b` is one of the two."""

DELIVERS = {
    "AWS::SQS::Queue": ("sqs:SendMessage",),
    "AWS::SNS::Topic": ("sns:Publish",),
    "AWS::Lambda::Function": ("lambda:InvokeFunction",),
    "AWS::Lambda::Alias": ("lambda:InvokeFunction",),
    "AWS::Lambda::Version": ("lambda:InvokeFunction",),
    "AWS::Serverless::Function": ("lambda:InvokeFunction",),
    "AWS::StepFunctions::StateMachine": ("states:StartExecution|states:StartSyncExecution",),
    "AWS::Serverless::StateMachine": ("states:StartExecution|states:StartSyncExecution",),
    "AWS::Events::EventBus": ("events:PutEvents",),
    "AWS::Events::ApiDestination": ("events:InvokeApiDestination",),
    "AWS::Kinesis::Stream": ("kinesis:PutRecord|kinesis:PutRecords",),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose:PutRecord|firehose:PutRecordBatch",),
    "AWS::S3::Bucket": ("s3:PutObject",),
    "AWS::ECS::TaskDefinition": ("ecs:RunTask",),
}
"""What a role needs to hand something on to a resource."""

READS_WITH_KEY, WRITES_WITH_KEY = ("kms:Decrypt",), ("kms:GenerateDataKey",)
"""What whoever reads or writes needs on the key that encrypts the resource.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

_FILES = (
    *("athena:StartQueryExecution", "comprehend:Start*Job", "polly:StartSpeechSynthesisTask"),
    *(
        "rekognition:Detect*",
        "rekognition:IndexFaces",
        "rekognition:Recognize*",
        "rekognition:SearchFacesByImage",
    ),
    *("rekognition:Start*", "rekognition:CompareFaces", "textract:Analyze*", "textract:DetectDocumentText"),
    *(
        "textract:Start*",
        "transcribe:Start*Job",
        "bedrock:StartAsyncInvoke",
        "redshift-data:ExecuteStatement",
    ),
)
_NOTICES = ("polly:StartSpeechSynthesisTask", "rekognition:Start*", "textract:Start*", "transcribe:Start*Job")
MADE_FOR_CALLERS = {
    "s3:GetObject": _FILES,
    "s3:PutObject": _FILES,
    "sns:Publish": _NOTICES,
    "secretsmanager:GetSecretValue": ("rds-data:*", "redshift-data:*"),
}
"""Calls that a service makes with the permissions of whoever calls it: the action to those of that service.

Whoever may do both may only hand over an ARN, and never call the first itself.
Sources: https://docs.aws.amazon.com/polly/latest/dg/asynchronous-iam.html,
https://docs.aws.amazon.com/rekognition/latest/dg/api-video-roles.html,
https://docs.aws.amazon.com/textract/latest/dg/api-async-roles.html,
https://docs.aws.amazon.com/transcribe/latest/dg/security_iam_service-with-iam.html,
https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html and
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
"""
