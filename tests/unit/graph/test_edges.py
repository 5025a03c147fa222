"""Which edges each kind of resource makes: all of them, and no others."""

from collections.abc import Callable

import pytest

from wellmade.graph import Graph

FUNCTION = "F: {Type: AWS::Lambda::Function}"
QUEUE = "Q: {Type: AWS::SQS::Queue}"
DEAD = "D: {Type: AWS::SQS::Queue}"
TOPIC = "T: {Type: AWS::SNS::Topic}"
BUCKET = "B: {Type: AWS::S3::Bucket}"
TABLE = "Table: {Type: AWS::DynamoDB::Table}"
ROLE = "R: {Type: AWS::IAM::Role}"
STREAM = "S: {Type: AWS::Kinesis::Stream}"
MACHINE = "M: {Type: AWS::StepFunctions::StateMachine}"

CASES: dict[str, tuple[list[str], set[str]]] = {
    "queue polled, failures of the batch": (
        [
            FUNCTION,
            QUEUE,
            DEAD,
            "E: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "
            "!GetAtt Q.Arn, DestinationConfig: {OnFailure: {Destination: !GetAtt D.Arn}}}}",
        ],
        {"Q POLLS F", "F DEAD_LETTERS D"},
    ),
    "function named by its alias and version": (
        [
            FUNCTION,
            QUEUE,
            "V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}",
            "A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt V.FunctionArn}}",
            "E: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref A, EventSourceArn: "
            "!GetAtt Q.Arn}}",
        ],
        {"Q POLLS F", "A ROUTES F", "V ROUTES F"},
    ),
    "stream polled through a consumer": (
        [
            FUNCTION,
            STREAM,
            "C: {Type: AWS::Kinesis::StreamConsumer, Properties: {StreamARN: !GetAtt S.Arn}}",
            "E: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "
            "!Ref C}}",
        ],
        {"S POLLS F", "S ROUTES C"},
    ),
    "changes of a table": (
        [
            FUNCTION,
            TABLE,
            "E: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "
            "!GetAtt Table.StreamArn}}",
        ],
        {"Table POLLS F"},
    ),
    "notifications of a bucket": (
        [
            FUNCTION,
            QUEUE,
            TOPIC,
            "B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: "
            "'s3:ObjectCreated:*', Function: !GetAtt F.Arn}], QueueConfigurations: [{Event: x, Queue: !GetAtt "
            "Q.Arn}], TopicConfigurations: [{Event: x, Topic: !Ref T}]}}}",
        ],
        {"B INVOKES_ASYNC F", "B PUBLISHES Q", "B PUBLISHES T"},
    ),
    "notifications by CDK's custom resource": (
        [
            FUNCTION,
            BUCKET,
            "N: {Type: 'Custom::S3BucketNotifications', Properties: {BucketName: !Ref B, "
            "NotificationConfiguration: {LambdaFunctionConfigurations: [{LambdaFunctionArn: !GetAtt F.Arn}]}}}",
        ],
        {"B INVOKES_ASYNC F"},
    ),
    "bucket through EventBridge": (
        [
            FUNCTION,
            "B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: {}}}}",
            "Silent: {Type: AWS::S3::Bucket}",
            "E: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.s3]}, Targets: [{Arn: !GetAtt "
            "F.Arn}]}}",
        ],
        {"B ROUTES E", "E INVOKES_ASYNC F"},
    ),
    "one bucket through EventBridge, named": (
        [
            "B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: "
            "{EventBridgeEnabled: true}}}}",
            "C: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {EventBridgeConfiguration: {}}}}",
            "E: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [aws.s3], detail: {bucket: {name: "
            "[!Ref B]}}}}}",
        ],
        {"B ROUTES E"},
    ),
    "subscriptions": (
        [
            FUNCTION,
            QUEUE,
            DEAD,
            TOPIC,
            "S1: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: lambda, Endpoint: "
            "!GetAtt F.Arn}}",
            "S2: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt "
            "Q.Arn, RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn}}}",
        ],
        {"T INVOKES_ASYNC F", "T PUBLISHES Q", "T DEAD_LETTERS D"},
    ),
    "subscription within the topic": (
        [
            QUEUE,
            "T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}",
        ],
        {"T PUBLISHES Q"},
    ),
    "rule on a bus": (
        [
            FUNCTION,
            QUEUE,
            DEAD,
            MACHINE,
            ROLE,
            "Bus: {Type: AWS::Events::EventBus}",
            "E: {Type: AWS::Events::Rule, Properties: {EventBusName: !Ref Bus, Targets: [{Arn: !GetAtt F.Arn, "
            "DeadLetterConfig: {Arn: !GetAtt D.Arn}}, {Arn: !GetAtt Q.Arn}, {Arn: !Ref M, RoleArn: !GetAtt R.Arn}]}}",
        ],
        {
            "Bus ROUTES E",
            "E INVOKES_ASYNC F",
            "E PUBLISHES Q",
            "E INVOKES_ASYNC M",
            "E DEAD_LETTERS D",
            "E ASSUMES R",
        },
    ),
    "rule that runs a task": (
        [
            "C: {Type: AWS::ECS::Cluster}",
            "Task: {Type: AWS::ECS::TaskDefinition}",
            "E: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !GetAtt C.Arn, EcsParameters: "
            "{TaskDefinitionArn: !Ref Task}}]}}",
        ],
        {"E INVOKES_ASYNC Task"},
    ),
    "archive of a bus": (
        [
            "Bus: {Type: AWS::Events::EventBus}",
            "A: {Type: AWS::Events::Archive, Properties: {SourceArn: !GetAtt Bus.Arn}}",
        ],
        {"Bus ROUTES A"},
    ),
    "schedule": (
        [
            FUNCTION,
            DEAD,
            ROLE,
            "X: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: !GetAtt F.Arn, RoleArn: !GetAtt R.Arn, "
            "DeadLetterConfig: {Arn: !GetAtt D.Arn}}}}",
        ],
        {"X INVOKES_ASYNC F", "X ASSUMES R", "X DEAD_LETTERS D"},
    ),
    "schedule of any call": (
        [
            QUEUE,
            "X: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: 'arn:aws:scheduler:::aws-sdk:sqs:"
            'sendMessage\', Input: !Sub \'{"QueueUrl": "${Q}", "MessageBody": "hello"}\'}}}',
        ],
        {"X PUBLISHES Q"},
    ),
    "pipe": (
        [
            QUEUE,
            FUNCTION,
            MACHINE,
            ROLE,
            "P: {Type: AWS::Pipes::Pipe, Properties: {RoleArn: !GetAtt R.Arn, Source: !GetAtt Q.Arn, Enrichment: "
            "!GetAtt F.Arn, Target: !Ref M, TargetParameters: {StepFunctionStateMachineParameters: "
            "{InvocationType: FIRE_AND_FORGET}}}}",
        ],
        {"Q POLLS P", "P INVOKES_SYNC F", "P INVOKES_ASYNC M", "P ASSUMES R"},
    ),
    "pipe from a stream with a dead-letter queue": (
        [
            STREAM,
            FUNCTION,
            DEAD,
            "P: {Type: AWS::Pipes::Pipe, Properties: {Source: !GetAtt S.Arn, Target: !GetAtt F.Arn, "
            "SourceParameters: {KinesisStreamParameters: {DeadLetterConfig: {Arn: !GetAtt D.Arn}}}}}",
        ],
        {"S POLLS P", "P INVOKES_SYNC F", "P DEAD_LETTERS D"},
    ),
    "queue's and function's dead letters, destinations": (
        [
            QUEUE,
            DEAD,
            TOPIC,
            "W: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt D.Arn}}}",
            "F: {Type: AWS::Lambda::Function, Properties: {DeadLetterConfig: {TargetArn: !GetAtt D.Arn}}}",
            "I: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, DestinationConfig: "
            "{OnFailure: {Destination: !Ref T}, OnSuccess: {Destination: !GetAtt Q.Arn}}}}",
        ],
        {"W DEAD_LETTERS D", "F DEAD_LETTERS D", "F DEAD_LETTERS T", "F PUBLISHES Q"},
    ),
    "redrive policy as text": (
        [
            DEAD,
            'Q: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: !Sub \'{"deadLetterTargetArn": '
            '"${D.Arn}", "maxReceiveCount": 3}\'}}',
        ],
        {"Q DEAD_LETTERS D"},
    ),
    "methods of a REST API": (
        [
            FUNCTION,
            QUEUE,
            ROLE,
            "Api: {Type: AWS::ApiGateway::RestApi}",
            "Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET, Integration: "
            "{Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
            "${F.Arn}/invocations'}}}",
            "Post: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: POST, "
            "Integration: {Type: AWS, Credentials: !GetAtt R.Arn, IntegrationHttpMethod: POST, Uri: !Sub "
            "'arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${Q.QueueName}'}}}",
        ],
        {"Api INVOKES_SYNC F", "Api PUBLISHES Q", "Post ASSUMES R"},
    ),
    "method that does not wait, and one that starts a workflow": (
        [
            FUNCTION,
            MACHINE,
            "Api: {Type: AWS::ApiGateway::RestApi}",
            "Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, Integration: {Uri: !Sub "
            "'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations', "
            "RequestParameters: {integration.request.header.X-Amz-Invocation-Type: \"'Event'\"}}}}",
            "Run: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, Integration: {Uri: "
            "'arn:aws:apigateway:eu-west-1:states:action/StartExecution', RequestTemplates: {application/json: "
            '!Sub \'{"stateMachineArn": "${M}"}\'}}}}',
        ],
        {"Api INVOKES_ASYNC F", "Api INVOKES_ASYNC M"},
    ),
    "authorizer, and a body in OpenAPI": (
        [
            FUNCTION,
            "G: {Type: AWS::Lambda::Function}",
            "Api: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {paths: {/x: {get: "
            "{x-amazon-apigateway-integration: {uri: !Sub 'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/"
            "${F.Arn}/invocations'}}}}}}}",
            "A: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref Api, AuthorizerUri: !Sub "
            "'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${G.Arn}/invocations'}}",
        ],
        {"Api INVOKES_SYNC F", "Api INVOKES_SYNC G"},
    ),
    "queues behind an HTTP API in OpenAPI, named there and shared": (
        [
            QUEUE,
            "P: {Type: AWS::SQS::Queue}",
            "Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Body: {paths: {/x: {post: "
            "{x-amazon-apigateway-integration: {integrationSubtype: SQS-SendMessage, requestParameters: {QueueUrl: !Ref Q}}}}, "
            "/y: {post: {x-amazon-apigateway-integration: {$ref: '#/components/x-amazon-apigateway-integrations/send'}}}}, "
            "components: {x-amazon-apigateway-integrations: {send: {integrationSubtype: SQS-SendMessage, "
            "requestParameters: {QueueUrl: !Ref P}}}}}}}",
        ],
        {"Api PUBLISHES P", "Api PUBLISHES Q"},
    ),
    "integrations of an HTTP API": (
        [
            FUNCTION,
            QUEUE,
            "Api: {Type: AWS::ApiGatewayV2::Api}",
            "L: {Type: AWS::ElasticLoadBalancingV2::Listener}",
            "I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationUri: !GetAtt F.Arn}}",
            "J: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationSubtype: "
            "SQS-SendMessage, RequestParameters: {QueueUrl: !Ref Q}}}",
            "K: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, ConnectionType: VPC_LINK, "
            "IntegrationUri: !Ref L}}",
        ],
        {"Api INVOKES_SYNC F", "Api PUBLISHES Q", "Api ROUTES L"},
    ),
    "AppSync": (
        [
            FUNCTION,
            TABLE,
            ROLE,
            "Api: {Type: AWS::AppSync::GraphQLApi}",
            "X: {Type: AWS::AppSync::DataSource, Properties: {ApiId: !GetAtt Api.ApiId, LambdaConfig: "
            "{LambdaFunctionArn: !GetAtt F.Arn}}}",
            "Y: {Type: AWS::AppSync::DataSource, Properties: {ApiId: !GetAtt Api.ApiId, ServiceRoleArn: !GetAtt "
            "R.Arn, DynamoDBConfig: {TableName: !Ref Table}}}",
        ],
        {"Api INVOKES_SYNC F", "Api READS Table", "Api WRITES Table", "Y ASSUMES R"},
    ),
    "function URL, custom resource, triggers of a user pool": (
        [
            FUNCTION,
            "U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F}}",
            "C: {Type: 'Custom::Anything', Properties: {ServiceToken: !GetAtt F.Arn}}",
            "P: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn}}}",
        ],
        {"U INVOKES_SYNC F", "C INVOKES_SYNC F", "P INVOKES_SYNC F"},
    ),
    "streams into stores": (
        [
            FUNCTION,
            STREAM,
            BUCKET,
            "T2: {Type: AWS::DynamoDB::Table, Properties: {KinesisStreamSpecification: {StreamArn: !GetAtt S.Arn}}}",
            "L: {Type: AWS::Logs::LogGroup}",
            "X: {Type: AWS::Logs::SubscriptionFilter, Properties: {LogGroupName: !Ref L, DestinationArn: !GetAtt "
            "H.Arn}}",
            "H: {Type: AWS::KinesisFirehose::DeliveryStream, Properties: {KinesisStreamSourceConfiguration: "
            "{KinesisStreamARN: !GetAtt S.Arn}, ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt B.Arn, "
            "ProcessingConfiguration: {Processors: [{Parameters: [{ParameterName: LambdaArn, ParameterValue: "
            "!GetAtt F.Arn}]}]}}}}",
        ],
        {"T2 PUBLISHES S", "L PUBLISHES H", "S POLLS H", "H WRITES B", "H INVOKES_SYNC F"},
    ),
    "alarm": (
        [
            QUEUE,
            TOPIC,
            "A: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: QueueName, Value: !GetAtt "
            "Q.QueueName}], AlarmActions: [!Ref T]}}",
        ],
        {"A GUARDS Q", "A PUBLISHES T"},
    ),
    "resource policies and permissions": (
        [
            FUNCTION,
            QUEUE,
            BUCKET,
            "X: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q]}}",
            "Y: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B}}",
            "Z: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F}}",
        ],
        {"X GUARDS Q", "Y GUARDS B", "Z GUARDS F"},
    ),
    "web firewall": (
        [
            "W: {Type: AWS::WAFv2::WebACL}",
            "L: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}",
            "A: {Type: AWS::WAFv2::WebACLAssociation, Properties: {WebACLArn: !GetAtt W.Arn, ResourceArn: !Ref L}}",
        ],
        {"W GUARDS L"},
    ),
    "service behind a load balancer": (
        [
            "L: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}",
            "G: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}",
            "H: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref L, "
            "DefaultActions: [{Type: forward, TargetGroupArn: !Ref G}]}}",
            "Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt R.Arn, ExecutionRoleArn: "
            "!GetAtt X.Arn, ContainerDefinitions: [{Secrets: [{Name: PW, ValueFrom: !Ref Secret}]}]}}",
            "Secret: {Type: AWS::SecretsManager::Secret}",
            ROLE,
            "X: {Type: AWS::IAM::Role}",
            "S: {Type: AWS::ECS::Service, Properties: {TaskDefinition: !Ref Task, LoadBalancers: "
            "[{TargetGroupArn: !Ref G}]}}",
            "Scale: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: !Sub "
            "'service/cluster/${S.Name}'}}",
        ],
        {
            "L ROUTES H",
            "H ROUTES G",
            "G ROUTES S",
            "S ROUTES Task",
            "Task ASSUMES R",
            "Task ASSUMES X",
            "Task READS Secret",
            "Scale GUARDS S",
        },
    ),
    "function behind a load balancer": (
        [
            FUNCTION,
            "G: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt F.Arn}]}}",
        ],
        {"G INVOKES_SYNC F"},
    ),
    "delivery at the edge": (
        [
            BUCKET,
            "D: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {WebACLId: !GetAtt W.Arn, "
            "Origins: [{DomainName: !GetAtt B.RegionalDomainName}]}}}",
            "W: {Type: AWS::WAFv2::WebACL}",
            "R: {Type: AWS::Route53::RecordSet, Properties: {AliasTarget: {DNSName: !GetAtt D.DomainName}}}",
        ],
        {"W GUARDS D", "D ROUTES B", "R ROUTES D"},
    ),
    "routes": (
        [
            "N: {Type: AWS::EC2::Subnet}",
            "P: {Type: AWS::EC2::RouteTable}",
            "Nat: {Type: AWS::EC2::NatGateway}",
            "A: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref N, RouteTableId: !Ref P}}",
            "R: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref P, NatGatewayId: !Ref Nat}}",
        ],
        {"N ROUTES P", "P ROUTES Nat"},
    ),
    "what is unknown makes no edge": (
        [
            FUNCTION,
            "E: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "
            "!ImportValue queue}}",
            "X: {Type: AWS::SNS::Subscription, Properties: {TopicArn: 'arn:aws:sns:r:1:t', Endpoint: !GetAtt F.Arn}}",
        ],
        set(),
    ),
}


@pytest.mark.parametrize(("resources", "expected"), CASES.values(), ids=CASES)
def test_edges(read: Callable[..., Graph], resources: list[str], expected: set[str]) -> None:
    graph = read(s="Resources:\n" + "".join(f"  {resource}\n" for resource in resources))
    found = [f"{edge.source.logical_id} {edge.kind.name} {edge.target.logical_id}" for edge in graph.edges()]
    assert set(found) == expected
    assert len(found) == len(expected)
