"""The pairs: which report, which rule, which place."""

from tests.unit.check.reported import Pair, allow, always, part
from tests.unit.check.reported_networks import network_pairs

F, R = part("function", "Timeout: 9"), "role"
POLL = "sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes"
Q, QARN, ANY = part("queue", ""), "!GetAtt Q.Arn", '"*"'
KQ = part("queue", "KmsMasterKeyId: !Ref K")
MAPS = "\n  X: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn}}"
DEAD = part("function", "DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}")
SENDS = part("function", "Environment: {Variables: {QUEUE: !Ref Q}}")
EXECUTES = '!Sub "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:%s/*"'
RULES_OF_SYNC = "events:PutRule, events:PutTargets, events:DescribeRule"
KEYED = "\n          - {Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: [%s], Resource: '*'}"
BOTH = "kms:GenerateDataKey, kms:Decrypt"
LOGS = "\n  L: {Type: AWS::Logs::LogGroup}"
DELIVERY = ", ".join(
    f"logs:{each}"
    for each in (
        *("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery"),
        *("ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
    )
)
LOGGED = """
      LoggingConfiguration:
        {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt L.Arn}}]}"""
POOL = "\n  U: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {%s: !GetAtt F.Arn}}}"
PARAMETER = "\n  V: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/key, Type: String, Value: x}}"
SECRET = "\n  V: {Type: AWS::SecretsManager::Secret}"
STREAM = "\n  Z: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}"
STREAMS = "kinesis:GetRecords, kinesis:GetShardIterator, kinesis:DescribeStream"
LETTERS = "SourceParameters: {KinesisStreamParameters: {StartingPosition: LATEST, DeadLetterConfig: {Arn: !GetAtt Q.Arn}}}"
BUS, CLUSTER = (
    "\n  Y: {Type: AWS::Events::EventBus, Properties: {Name: shop}}",
    "\n  C: {Type: AWS::ECS::Cluster}",
)
RUNS = "RoleArn: !GetAtt R.Arn, EcsParameters: {TaskDefinitionArn: !Ref T}"
TASK = part("task", "Memory: 512", "")
GROUPS = """
  S1: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a, VpcId: v}}
  S2:
    Type: AWS::EC2::SecurityGroup
    Properties:
      {GroupDescription: b, VpcId: v, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: %s, ToPort: %s,
       SourceSecurityGroupId: !GetAtt S1.GroupId}]}"""
PLACED = "VpcConfig: {SubnetIds: [s], SecurityGroupIds: [!GetAtt S1.GroupId]}, Environment: {Variables: {HOST: !GetAtt %s}}"
INSTANCE = (
    "\n  D: {Type: AWS::RDS::DBInstance, Properties: {Engine: %s, VPCSecurityGroups: [!GetAtt S2.GroupId]}}"
)
PROXY = "\n  D: {Type: AWS::RDS::DBProxy, Properties: {EngineFamily: POSTGRESQL, VpcSecurityGroupIds: [!GetAtt S2.GroupId]}}"
RIGHTS = part(R, "lambda", "")


def _all() -> list[Pair]:
    def pair(report: str, rule: str, *parts: str) -> None:
        found.append(Pair(report, rule, "".join(parts)))

    found: list[Pair] = []
    api, method = part("permission", "apigateway", EXECUTES % "${G}"), part("method", "GET")
    pair("bustle/shep#303", "api-permission", F, RIGHTS, method, f"[[{api}||]]")
    api = part("permission", "apigateway", EXECUTES % "[[${G}||G]]")
    pair("aws/serverless-application-model#3393", "api-permission", F, RIGHTS, method, api)
    api = part("permission", "apigateway", EXECUTES.replace("/*", "/*/[[*||GET]]/") % "${G}")
    pair("CodeGenieApp/serverless-express#247", "api-permission", F, RIGHTS, part("method", "POST"), api)
    pair("clouddrove/terraform-aws-api-gateway#21", "api-permission", F, RIGHTS, method,
         part("permission", "[[apigateway||lambda]]", EXECUTES % "${G}"))  # fmt: skip
    for report, trigger in (
        ("aws/aws-cli#2256", "CustomMessage"),
        ("aws/serverless-application-model#134", "PostAuthentication"),
        ("aws/aws-sdk-js#2011", "PreSignUp"),
        ("amazon-archives/amazon-cognito-auth-js#223", "PostConfirmation"),
        ("lgallard/terraform-aws-cognito-user-pool#97", "PreTokenGeneration"),
    ):
        lets_in = part("permission", "cognito-idp", "!GetAtt U.Arn")
        pair(report, "invoke-permission", F, RIGHTS, POOL % trigger, f"[[{lets_in}||]]")
    lets_in = part("permission", "secretsmanager", "!Ref V")
    rotation = "\n  O: {Type: AWS::SecretsManager::RotationSchedule, Properties: {SecretId: !Ref V, RotationLambdaARN: !GetAtt F.Arn}}"
    pair("aws/aws-cdk#14471", "invoke-permission", F, RIGHTS, SECRET, rotation, f"[[{lets_in}||]]")
    notifies = "{LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt F.Arn}]}"
    lets_in = part("permission", "s3", "arn:aws:s3:::shop-photos")
    pair("aws/aws-sdk-js#632", "invoke-permission", F, RIGHTS, part("bucket", notifies), f"[[{lets_in}||]]")
    lets_in = part("permission", "s3", "arn:aws:s3:::[[shop-photos||another]]")
    pair("aws/aws-cdk#18090", "invoke-permission", F, RIGHTS, part("bucket", notifies), lets_in)
    lets_in = part("permission", "events", "!GetAtt W.Arn")
    rule = part("rule", "!GetAtt F.Arn", "Input: '{}'")
    pair("ansible/ansible-modules-extras#2101", "invoke-permission", F, RIGHTS, rule, f"[[{lets_in}||]]")
    queued = part("bucket", "{QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Q.Arn}]}")
    lets_in = part("queue policy", "s3")
    pair("hashicorp/terraform-provider-aws#11219", "queue-policy", Q, queued, f"[[{lets_in}||]]")
    wrong = part("queue policy", "[[s3||sns]]")
    pair("ministryofjustice/cloud-platform-environments#4044", "queue-policy", Q, queued, wrong)
    for report in ("buildkite/on-demand#26", "noqdev/iambic#354", "aws/aws-sdk-js#2724"):
        side = {"buildkite/on-demand#26": "[[events||scheduler]]", "noqdev/iambic#354": "events"}
        lets_in = part("queue policy", side.get(report, "[[events||sqs]]"))
        whole = lets_in if "[[" in lets_in else f"[[{lets_in}||]]"
        pair(report, "queue-policy", Q, part("rule", QARN, "Input: '{}'"), whole)
    published = part("bucket", "{TopicConfigurations: [{Event: 's3:ObjectCreated:*', Topic: !Ref N}]}")
    topic = "\n  N: {Type: AWS::SNS::Topic}"
    pair(
        "serverless/serverless#12361", "topic-policy", topic, published, f"[[{part('topic policy', 's3')}||]]"
    )
    pair("aws-solutions/automated-security-response-on-aws#43", "topic-policy", part("alarm", ""),
         part("topic policy", "[[cloudwatch||events]]"))  # fmt: skip
    keyed = KEYED % ("cloudwatch", BOTH)
    alarm = part("alarm", "KmsMasterKeyId: !Ref K")
    pair("ASFHyP3/hyp3#762", "kms-breaks-delivery", part("key", keyed),
         part("alarm", "KmsMasterKeyId: [[!Ref K||alias/aws/sns]]"))  # fmt: skip
    pair("aws/aws-cdk#11121", "kms-breaks-delivery", part("key", f"[[{keyed}||]]"), alarm)
    only = KEYED % ("cloudwatch", "kms:GenerateDataKey[[, kms:Decrypt||]]")
    pair("aws-samples/sample-citadel#100", "kms-breaks-delivery", part("key", only), alarm)
    managed = part("queue", "KmsMasterKeyId: [[!Ref K||alias/aws/sqs]]")
    pair("aws/aws-cdk#14370", "kms-breaks-delivery", part("key", KEYED % ("s3", BOTH)), managed, queued)
    keyed = f"[[{KEYED % ('events', BOTH)}||]]"
    pair(
        "aws/aws-cdk#28257", "kms-breaks-delivery", part("key", keyed), KQ, part("rule", QARN, "Input: '{}'")
    )
    keyed = f"[[{KEYED % ('sns', BOTH)}||]]"
    subscribed = "\n  J: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref N, Protocol: sqs, Endpoint: !GetAtt Q.Arn}}"
    pair("aws/aws-cdk#11122", "kms-breaks-delivery", part("key", keyed), KQ, topic, subscribed)
    found += [*_of_roles(), *_of_networks()]
    return found


def _of_roles() -> list[Pair]:
    key = part("key", "")
    failed = always("sqs:SendMessage", QARN)
    pipe = part("pipe", "!GetAtt Q.Arn", "!GetAtt Y.Arn", "Name: p")
    reads = always(POLL, QARN)
    synced = part("machine", "states:startExecution.sync:2", "{StateMachineArn: !Ref M2}", "")
    inner = part("machine", "sqs:sendMessage", "{QueueUrl: 'x', MessageBody: 'y'}", "")
    inner = inner.replace("\n  M:", "\n  M2:").replace(
        "!GetAtt R.Arn", "arn:aws:iam::111122223333:role/inner"
    )
    ran = part("machine", "ecs:runTask.sync", "{Cluster: c, TaskDefinition: !Ref T}", "")
    executes = always("states:StartExecution", "!Ref M2")
    waits = part("pipe", "!GetAtt Q.Arn", "!Ref M2", "Name: p")
    logged = part("machine", "sqs:sendMessage", "{QueueUrl: 'x', MessageBody: 'y'}", LOGGED)
    streams = always(STREAMS, "!GetAtt Z.Arn") + always("events:PutEvents", "!GetAtt Y.Arn")
    dead = part("pipe", "!GetAtt Z.Arn", "!GetAtt Y.Arn", LETTERS)
    passes = always("ecs:RunTask", "!Ref T") + allow("iam:PassRole", "!GetAtt E.Arn")
    starts = allow("ecs:RunTask", "!Ref T") + always("iam:PassRole", "!GetAtt E.Arn")
    fargate = part("pipe", "!GetAtt Q.Arn", "!GetAtt C.Arn",
                   "TargetParameters: {EcsTaskParameters: {TaskDefinitionArn: !Ref T}}")  # fmt: skip
    on_cluster = (
        reads + always("iam:PassRole", "!GetAtt E.Arn") + always("ecs:RunTask", "[[!Ref T||!GetAtt C.Arn]]")
    )
    rule = part("rule", "!GetAtt C.Arn", RUNS)
    needs_value = "Secrets: [{Name: KEY, ValueFrom: !Ref V}]"
    eventbridge, patterns = (
        "terraform-aws-modules/terraform-aws-eventbridge",
        "aws-samples/serverless-patterns",
    )
    return [
        Pair("aws/aws-cdk#6770", "poll-permission", F + Q + MAPS + part(R, "lambda", allow(POLL, QARN))),
        Pair(f"{eventbridge}#133", "poll-permission",
             pipe + Q + BUS + part(R, "pipes", allow(POLL, QARN) + always("events:PutEvents", "!GetAtt Y.Arn"))),
        Pair(f"{patterns}#1543", "failure-permission",
             dead + STREAM + Q + BUS + part(R, "pipes", streams + allow("sqs:SendMessage", QARN))),
        Pair(f"{patterns}#1857", "failure-permission",
             dead + STREAM + Q + BUS
             + part(R, "pipes", streams + always("sqs:SendMessage", f"[[{QARN}||arn:aws:sqs:eu-west-1:111122223333:x]]"))),
        Pair("agiledigital/serverless-sns-sqs-lambda#555", "key-permission",
             F + KQ + MAPS + key + part(R, "lambda", reads + allow("kms:Decrypt", "!GetAtt K.Arn"))),
        Pair("aws/aws-cdk#33153", "key-permission",
             DEAD + KQ + key + part(R, "lambda", failed + allow(BOTH, "!GetAtt K.Arn"))),
        Pair("ministryofjustice/modernisation-platform-environments#18985", "key-permission",
             DEAD + KQ + key + part(R, "lambda", failed + always("kms:Decrypt[[, kms:GenerateDataKey||]]", "!GetAtt K.Arn"))),
        Pair("github-aws-runners/terraform-aws-github-runner#3126", "key-permission",
             SENDS + KQ + key + part(R, "lambda", failed + always("kms:Decrypt[[, kms:GenerateDataKey||]]", "!GetAtt K.Arn"))),
        Pair("aws/aws-cdk#6609", "key-permission",
             SENDS + KQ + key + part(R, "lambda", failed + always("kms:GenerateDataKey[[, kms:Decrypt||]]", "!GetAtt K.Arn"))),
        Pair("terraform-aws-modules/terraform-aws-step-functions#41", "workflow-permission",
             synced + inner + part(R, "states", executes + allow(RULES_OF_SYNC, ANY))),
        Pair("nasa/cumulus#2693", "workflow-permission",
             ran + TASK + part(R, "states", always("ecs:RunTask", "!Ref T") + always("iam:PassRole", "!GetAtt E.Arn")
                               + allow(RULES_OF_SYNC, ANY))),
        Pair(f"{eventbridge}#134", "target-permission",
             waits + Q + inner + part(R, "pipes", reads + always("states:[[StartSyncExecution||StartExecution]]", "!Ref M2"))),
        Pair("aws-samples/aws-genai-llm-chatbot#661", "log-permission",
             logged + LOGS + part(R, "states", allow(DELIVERY, ANY))),
        Pair(f"{patterns}#102", "log-permission",
             logged + LOGS + part(R, "states", always(DELIVERY, f"[[{ANY}||!GetAtt L.Arn]]"))),
        Pair("aws/aws-cdk#16093", "pass-role", rule + CLUSTER + TASK + part(R, "events", passes)),
        Pair(f"{eventbridge}#178", "target-permission", rule + CLUSTER + TASK + part(R, "events", starts)),
        Pair(f"{eventbridge}#169", "target-permission",
             fargate + Q + CLUSTER + TASK + part(R, "pipes", on_cluster)),
        Pair("aws/copilot-cli#4504", "task-permission",
             part("task", needs_value, allow("ssm:GetParameters", ANY)) + PARAMETER),
        Pair("newrelic/nri-ecs#10", "task-permission",
             part("task", needs_value, always("ssm:[[GetParameters||GetParameter]]", ANY)) + PARAMETER),
        Pair("GovWifi/govwifi-terraform#450", "task-permission",
             part("task", needs_value, allow("secretsmanager:GetSecretValue", "!Ref V")) + SECRET),
    ]  # fmt: skip


def _of_networks() -> list[Pair]:
    def between(port: str, address: str, store: str) -> str:
        return part("function", PLACED % address) + RIGHTS + GROUPS % (port, port) + store

    return [
        Pair("aws/aws-cdk#20789", "database-port", between("[[5432||443]]", "D.Endpoint", PROXY)),
        Pair("NASA-IMPACT/veda-data-pipelines#99", "database-port",
             between("[[5432||22]]", "D.Endpoint.Address", INSTANCE % "postgres")),
        Pair("aws/aws-lambda-dotnet#288", "database-port",
             between("[[3306||5432]]", "D.Endpoint.Address", INSTANCE % "mysql")),
    ]  # fmt: skip


PAIRS = [*_all(), *network_pairs()]
