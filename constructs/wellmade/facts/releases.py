"""How releases of functions are shifted and taken back.

Sources: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-groups-configure-advanced-options.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

ALIAS_UPDATE = "CodeDeployLambdaAliasUpdate"
"""Update policy by which CloudFormation lets CodeDeploy shift an alias."""
STOP_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"
"""What of a deployment an alarm has to be to take traffic back."""
AT_ONCE = ("CodeDeployDefault.LambdaAllAtOnce", "CodeDeployDefault.ECSAllAtOnce")
"""The configurations that shift all traffic before an alarm can fire."""
MOVING = ("BLUE_GREEN", "CANARY", "LINEAR")
"""Strategies by which ECS moves the requests of a service to another set of tasks."""
INVOKERS = {
    "AWS::AppSync::DataSource": "LambdaConfig.LambdaFunctionArn",
    "AWS::Lambda::EventSourceMapping": "FunctionName",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::Lambda::Url": "TargetFunctionArn",
    "AWS::Pipes::Pipe": "Target",
    "AWS::Scheduler::Schedule": "Target.Arn",
}
"""Resources by which a function gets events or requests, each with the property that names it.

Whoever invokes by a role has no permission of the function, by which others are found.
"""
NAMING = {
    "AWS::KinesisFirehose::DeliveryStream": "DestinationConfiguration",
    "AWS::StepFunctions::StateMachine": "Definition",
}
"""Resources that name functions somewhere within properties whose names have this in them."""
LATEST = ":$LATEST"
"""What an ARN of a function ends with that names its code of this moment."""
