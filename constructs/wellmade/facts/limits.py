"""Numbers that services refuse at deployment, by type and property: what constructs and `check` both know."""

from collections.abc import Mapping

from wellmade.facts import apigateway, aurora, elasticache, fargate, kinesis, lambda_, sqs, waf

Bounds = tuple[float, float]
"""Least and most, both taken."""

PORTS = (1, 65_535)
MOST_STEADY = 1e9
"""Where a service names no most."""
EVENT_AGE = (60, 86_400)
"""Seconds that EventBridge retries an event for.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""
_FUNCTION: Mapping[str, Bounds] = {
    "MemorySize": lambda_.MEMORY,
    "Timeout": (1, lambda_.LONGEST_TIMEOUT),
    "EphemeralStorage.Size": lambda_.EPHEMERAL_STORAGE,
}
_THROTTLE: Mapping[str, Bounds] = {
    "ThrottlingRateLimit": (0, MOST_STEADY),
    "ThrottlingBurstLimit": (0, MOST_STEADY),
}
ENDLESS = {"MaximumRecordAgeInSeconds": -1}
"""What stands for no bound at all."""
BOUNDS: Mapping[str, Mapping[str, Bounds]] = {
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::Serverless::Function": _FUNCTION,
    "AWS::Lambda::Alias": {
        "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions": (1, MOST_STEADY),
    },
    "AWS::Lambda::EventSourceMapping": {
        "BatchSize": sqs.BATCH_SIZE,
        "MaximumBatchingWindowInSeconds": sqs.BATCHING_WINDOW,
        "ScalingConfig.MaximumConcurrency": sqs.SOURCE_CONCURRENCY,
        "ParallelizationFactor": kinesis.PARALLELIZATION_FACTOR,
        "MaximumRecordAgeInSeconds": kinesis.RECORD_AGE,
        "MaximumRetryAttempts": (-1, 10_000),
        "ProvisionedPollerConfig.MinimumPollers": (1, sqs.POLLERS[0][1]),
        "ProvisionedPollerConfig.MaximumPollers": (1, sqs.POLLERS[1][1]),
    },
    "AWS::Lambda::EventInvokeConfig": {
        "MaximumEventAgeInSeconds": (60, lambda_.EVENT_AGE),
        "MaximumRetryAttempts": (0, 2),
    },
    "AWS::SQS::Queue": {
        "VisibilityTimeout": (0, sqs.LONGEST_VISIBILITY),
        "MessageRetentionPeriod": (sqs.SHORTEST_RETENTION, sqs.LONGEST_RETENTION),
        "RedrivePolicy.maxReceiveCount": sqs.RECEIVE_COUNT,
        "DelaySeconds": (0, 900),
        "ReceiveMessageWaitTimeSeconds": (0, 20),
    },
    "AWS::Kinesis::Stream": {
        "RetentionPeriodHours": (kinesis.RETENTION_HOURS, kinesis.LONGEST_RETENTION_HOURS),
        "ShardCount": (1, MOST_STEADY),
    },
    "AWS::Events::Rule": {"Targets.*.RetryPolicy.MaximumEventAgeInSeconds": EVENT_AGE},
    "AWS::Scheduler::Schedule": {
        "FlexibleTimeWindow.MaximumWindowInMinutes": (1, 1440),
        "Target.RetryPolicy.MaximumEventAgeInSeconds": EVENT_AGE,
        "Target.RetryPolicy.MaximumRetryAttempts": (0, 185),
    },
    "AWS::SecretsManager::RotationSchedule": {"RotationRules.AutomaticallyAfterDays": (1, 1000)},
    "AWS::Events::Archive": {"RetentionDays": (0, MOST_STEADY)},
    "AWS::ECS::TaskDefinition": {
        "ContainerDefinitions.*.StopTimeout": (0, fargate.LONGEST_STOP),
        "ContainerDefinitions.*.PortMappings.*.ContainerPort": PORTS,
        "EphemeralStorage.SizeInGiB": fargate.EPHEMERAL_STORAGE,
    },
    "AWS::ElasticLoadBalancingV2::Listener": {"Port": PORTS},
    "AWS::ElasticLoadBalancingV2::ListenerRule": {"Priority": (1, 50_000)},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"Port": PORTS},
    "AWS::ApplicationAutoScaling::ScalableTarget": {"MinCapacity": (0, MOST_STEADY)},
    "AWS::RDS::DBCluster": {
        "ServerlessV2ScalingConfiguration.MaxCapacity": aurora.CAPACITY,
        "ServerlessV2ScalingConfiguration.MinCapacity": (0, aurora.CAPACITY[1]),
        "BackupRetentionPeriod": aurora.BACKUP_DAYS,
        "Port": (1150, PORTS[1]),
    },
    "AWS::ElastiCache::ReplicationGroup": {
        "NumCacheClusters": elasticache.NODES,
        "SnapshotRetentionLimit": elasticache.SNAPSHOT_DAYS,
        "Port": PORTS,
    },
    "AWS::WAFv2::WebACL": {"Rules.*.Statement.RateBasedStatement.Limit": waf.RATE_LIMIT},
    "AWS::ApiGateway::Authorizer": {"AuthorizerResultTtlInSeconds": apigateway.AUTHORIZER_CACHE},
    "AWS::ApiGatewayV2::Authorizer": {"AuthorizerResultTtlInSeconds": apigateway.AUTHORIZER_CACHE},
    "AWS::ApiGatewayV2::Api": {"CorsConfiguration.MaxAge": (-1, apigateway.CORS_MAX_AGE)},
    "AWS::ApiGatewayV2::Integration": {"TimeoutInMillis": (50, apigateway.HTTP_TIMEOUT * 1000)},
}
"""Least and most of a property, `*` for each entry of a list.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html
"""
