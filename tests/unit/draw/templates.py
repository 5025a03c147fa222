"""Small templates that the tests draw."""

from typing import Any


def function(name: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"FunctionName": name, "Role": {"Fn::GetAtt": ["Role", "Arn"]}, **more},
    }


QUEUE_WORKER: dict[str, Any] = {
    "Resources": {
        "Inbox": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "NotificationConfiguration": {
                    "QueueConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}
                    ]
                }
            },
        },
        "Jobs": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
                    "maxReceiveCount": 3,
                }
            },
        },
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                        }
                    ]
                },
                "Policies": [
                    {
                        "PolicyName": "own",
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
                                    "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]},
                                },
                                {
                                    "Effect": "Allow",
                                    "Action": "dynamodb:PutItem",
                                    "Resource": {"Fn::GetAtt": ["Rows", "Arn"]},
                                },
                            ]
                        },
                    }
                ],
            },
        },
        "Worker": function("worker", ReservedConcurrentExecutions=4),
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Jobs", "Arn"]},
                "FunctionName": {"Ref": "Worker"},
                "ScalingConfig": {"MaximumConcurrency": 4},
            },
        },
        "Rows": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "rows"}},
        "Late": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Jobs", "QueueName"]}}],
                "AlarmActions": [{"Ref": "OnCall"}],
            },
        },
        "OnCall": {"Type": "AWS::SNS::Topic"},
    }
}
"""A bucket tells a queue, whose function writes rows; an alarm tells a topic that nothing else uses."""

NETWORK: dict[str, Any] = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "PublicA": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": "a"},
        },
        "PublicB": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": "b"},
        },
        "InsideA": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": "a"},
        },
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Out": {
            "Type": "AWS::EC2::Route",
            "Properties": {
                "RouteTableId": {"Ref": "Table"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"Ref": "Gateway"},
            },
        },
        **{
            f"Of{each}": {
                "Type": "AWS::EC2::SubnetRouteTableAssociation",
                "Properties": {"SubnetId": {"Ref": each}, "RouteTableId": {"Ref": "Table"}},
            }
            for each in ("PublicA", "PublicB")
        },
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Subnets": [{"Ref": "PublicA"}, {"Ref": "PublicB"}],
                "SecurityGroups": [{"Ref": "Front"}],
            },
        },
        "Front": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Back": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Open": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Ref": "Back"},
                "SourceSecurityGroupId": {"Ref": "Front"},
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
            },
        },
        "Machine": {
            "Type": "AWS::EC2::Instance",
            "Properties": {"SubnetId": {"Ref": "InsideA"}, "SecurityGroupIds": [{"Ref": "Back"}]},
        },
        "S3Endpoint": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": "com.amazonaws.eu-west-1.s3",
                "RouteTableIds": [{"Ref": "Table"}],
            },
        },
    }
}
"""A public load balancer opens connections to a machine in a subnet without a way out."""


def wide(queues: int) -> dict[str, Any]:
    """Return a topic with so many queues, the first of which has a dead-letter queue with one, and so on."""
    arn = {"Fn::GetAtt": ["Dead1", "Arn"]}
    found: dict[str, Any] = {"Topic": {"Type": "AWS::SNS::Topic"}}
    for number in range(queues):
        name = f"Inbox{number}"
        found[name] = {"Type": "AWS::SQS::Queue", "Properties": {}}
        endpoint = {"Fn::GetAtt": [name, "Arn"]}
        properties = {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": endpoint}
        found[f"To{name}"] = {"Type": "AWS::SNS::Subscription", "Properties": properties}
    found["Inbox0"]["Properties"]["RedrivePolicy"] = {"deadLetterTargetArn": arn, "maxReceiveCount": 3}
    for number in range(1, 10):
        arn = {"Fn::GetAtt": [f"Dead{number + 1}", "Arn"]}
        redrive = {"RedrivePolicy": {"deadLetterTargetArn": arn, "maxReceiveCount": 3}}
        found[f"Dead{number}"] = {"Type": "AWS::SQS::Queue", "Properties": redrive}
    return {"Resources": {**found, "Dead10": {"Type": "AWS::SQS::Queue"}}}
