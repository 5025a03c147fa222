"""The two endpoints that cost nothing and that every network has."""

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.kit.lookups import stack_of

SERVICES = {
    "s3": ec2.GatewayVpcEndpointAwsService.S3,
    "dynamodb": ec2.GatewayVpcEndpointAwsService.DYNAMODB,
}


def define_gateway_endpoints(scope: Construct, vpc: ec2.Vpc) -> dict[str, ec2.GatewayVpcEndpoint]:
    """Route the network's traffic to S3 and DynamoDB past every NAT gateway."""
    endpoints = {
        service: vpc.add_gateway_endpoint(f"{service.title()}Endpoint", service=of_aws)
        for service, of_aws in SERVICES.items()
    }
    for service, endpoint in endpoints.items():
        endpoint.add_to_policy(own_account_only(scope, f"{service}:*", "aws:ResourceAccount"))
    endpoints["s3"].add_to_policy(_image_layers(scope))
    endpoints["s3"].add_to_policy(_answers_to_cloudformation(scope))
    return endpoints


def own_account_only(scope: Construct, actions: str, whose: str) -> iam.PolicyStatement:
    """Return the statement that keeps an endpoint to this account.

    Which calls are allowed is for the roles to say; an endpoint says whose data, or whose credentials, may
    leave through it.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html

    Args:
        scope: Whose account it is.
        actions: Of the endpoint's service, as a pattern.
        whose: `aws:ResourceAccount` for data, `aws:PrincipalAccount` for credentials.
    """
    return iam.PolicyStatement(
        sid="OwnAccountOnly",
        principals=[iam.AnyPrincipal()],
        actions=[actions],
        resources=["*"],
        conditions={"StringEquals": {whose: stack_of(scope).account}},
    )


def _image_layers(scope: Construct) -> iam.PolicyStatement:
    """Return the statement for layers of container images, which a bucket of ECR's own holds.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    stack = stack_of(scope)
    return iam.PolicyStatement(
        sid="LayersOfImages",
        principals=[iam.AnyPrincipal()],
        actions=["s3:GetObject"],
        resources=[f"arn:{stack.partition}:s3:::prod-{stack.region}-starport-layer-bucket/*"],
    )


def _answers_to_cloudformation(scope: Construct) -> iam.PolicyStatement:
    """Return the statement for answers of custom resources, which a bucket of CloudFormation's own takes.

    Its name holds the region without hyphens; without an answer a deployment waits, and fails.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
    """
    stack = stack_of(scope)
    region = Fn.join("", Fn.split("-", stack.region))
    return iam.PolicyStatement(
        sid="AnswersToCloudFormation",
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=[f"arn:{stack.partition}:s3:::cloudformation-custom-resource-response-{region}/*"],
    )
