"""What a bill is split by, and what begins to cost by the hour.

Sources: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html,
https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html and
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
"""

COST_TAGS = ("team", "environment", "service", "cost-center")
"""What everything that takes tags is tagged with, so that each line of the bill has an owner."""
MOST_NOTIFICATIONS = 10
"""Of a budget; each has a threshold of its own."""
STARTS_CAPACITY = (
    "autoscaling:CreateAutoScalingGroup",
    "ec2:CreateFleet",
    "ec2:CreateNatGateway",
    "ec2:CreateTransitGateway",
    "ec2:CreateVpcEndpoint",
    "ec2:PurchaseReservedInstancesOffering",
    "ec2:RequestSpotFleet",
    "ec2:RunInstances",
    "ecs:CreateService",
    "eks:CreateCluster",
    "eks:CreateFargateProfile",
    "eks:CreateNodegroup",
    "elasticache:CreateCacheCluster",
    "elasticache:CreateReplicationGroup",
    "elasticache:CreateServerlessCache",
    "elasticloadbalancing:CreateLoadBalancer",
    "es:CreateDomain",
    "kafka:CreateCluster",
    "kafka:CreateClusterV2",
    "kinesis:CreateStream",
    "lambda:PutProvisionedConcurrencyConfig",
    "rds:CreateDBCluster",
    "rds:CreateDBInstance",
    "rds:CreateDBProxy",
    "redshift:CreateCluster",
    "sagemaker:CreateEndpoint",
    "sagemaker:CreateNotebookInstance",
)
"""Actions that define what is paid for by the hour, used or not."""
