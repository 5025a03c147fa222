"""Why a public class does not offer what others do, by class and column of the matrix."""

IS_L2 = "the CDK's own methods and metrics of the L2 that it is"
_TABLE = {
    "graphs": "`monitor` knows what to show of a table",
    "own resources": "a block is one resource",
}
_ALL = ("connect", "grants", "alarms", "metrics", "graphs", "own resources", "encryption_key")
HOLES: dict[str, dict[str, str]] = {
    "ApiLogRole": dict.fromkeys(_ALL, "it is a setting of the account"),
    "AlarmTopic": {
        "alarms": "it is what alarms publish to",
        "graphs": "alarms themselves are shown",
        "own resources": "a block is one resource; `use_alarm_topic` takes any topic",
    },
    "CostGuard": {
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"),
            "budgets and anomalies tell by themselves, and publish no metrics",
        ),
        **dict.fromkeys(("connect", "grants"), "it looks at a stack's costs, and no workload uses it"),
        "own resources": "`limited_roles` and `anomaly_monitor` take yours; a budget is for one limit",
        "encryption_key": "`use_alarm_topic` takes a topic with your key",
    },
    "CanaryRelease": {"connect": "stores are connected to it; sources take its `alias`"},
    "ContainerFleet": {
        **dict.fromkeys(
            ("connect", "grants"), "programs on it are `FleetWorker`s, to which stores are connected"
        ),
        "alarms": "each group has its own, with thresholds on `InstanceGroup`",
        "encryption_key": "it keeps nothing; disks have the account's key for EBS",
    },
    "KubernetesPlatform": {
        **dict.fromkeys(
            ("connect", "grants"), "programs on it are `KubernetesService`s, to which stores are connected"
        ),
    },
    "KubernetesService": {
        "connect": "its address is the cluster's: the ingress names it, and a template does not know it",
        "grants": "who calls is for the network to say, not for IAM",
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"),
            "the load balancer is made by the cluster, and no template names it",
        ),
        "encryption_key": "it keeps nothing; the platform's key encrypts secrets",
    },
    "DeployRole": {
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"), "IAM publishes no metrics; CloudTrail has each session"
        ),
        "connect": "the pipeline alone assumes it",
        "own resources": "a block is one resource; `provider` takes yours",
        "encryption_key": "it keeps nothing",
    },
    "ChangeFeed": {"connect": "writers are connected to the table"},
    "DurableQueue": {"graphs": "`monitor` knows what to show of a queue"},
    "EventBus": {"alarms": "each target has its own, with thresholds on `add_target`"},
    "EncryptedTopic": {
        "alarms": "FanOutTopic has those on failed deliveries",
        "graphs": "FanOutTopic shows its deliveries",
        "own resources": "a block is one resource",
    },
    "EventStream": {"own resources": "a block is one resource"},
    "FargateTask": {
        "connect": "a workflow or a schedule runs it; stores are connected to it",
        "alarms": "what runs it has those on runs that failed",
    },
    "IdempotencyTable": _TABLE,
    "MigrationFunction": {
        "connect": "the database is given to it, and all who are connected with that wait for it",
        "grants": "CloudFormation alone runs it",
    },
    "Monitor": dict.fromkeys(_ALL, "it shows what others define"),
    "Network": {
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"),
            "NAT gateways publish theirs by gateway (`AWS/NATGateway`), of which a network may have none",
        ),
        **dict.fromkeys(("connect", "grants"), "workloads run in it: they take `network.vpc`"),
        "own resources": "who has a network passes it to the patterns instead",
    },
    "NodeFunction": {
        "connect": "it is a workload: stores are connected to it",
        "alarms": "what it is given to defines them",
        "graphs": "`monitor` knows what to show of a function",
    },
    "OnDemandTable": _TABLE,
    "RegionPair": {
        "encryption_key": "each region encrypts with a key of its own: set it per replica on `resource`",
    },
    "PrivateBucket": {
        "connect": "which objects a workload may use is known to the pattern: `allow` with `arn_for_objects`",
        "alarms": "S3 publishes request metrics only where they are bought",
        "metrics": "as above",
        "graphs": "as above",
        "own resources": "a block is one resource",
    },
    "PermissionBoundary": {
        **dict.fromkeys(("alarms", "graphs", "metrics"), "IAM publishes no metrics"),
        "connect": "`limit` puts a workload within it",
        "grants": "it grants nothing: `Need.grant` does",
        "own resources": "a block is one resource; the needs take yours",
        "encryption_key": "it keeps nothing",
    },
    "PrivateEndpoints": {
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"), "an endpoint scales by itself; its callers have alarms"
        ),
        **dict.fromkeys(
            ("connect", "grants"), "it reads what its workloads call, and lets them in by itself"
        ),
        "encryption_key": "it keeps nothing",
    },
    "PythonFunction": {
        "connect": "it is a workload: stores are connected to it",
        "graphs": "`monitor` knows what to show of a function",
    },
    "RotatedSecret": {"graphs": "`monitor` knows what to show of its function"},
    "ScheduledJob": {"connect": "its schedule starts it; stores are connected to it"},
    "SizeRouter": {"encryption_key": "it keeps nothing; the pipeline and the workflow take one"},
    "Watch": dict.fromkeys(
        ("connect", "grants", "metrics", "encryption_key"),
        "it looks at a resource of yours, which has its own",
    ),
    "StreamProcessor": {"connect": "producers are connected to the stream"},
    "WebFirewall": {
        "connect": "`protect` puts it before an entry",
        "grants": "it stands before calls, whoever makes them",
        "own resources": "what it protects is given to `protect`",
    },
    "IncidentKit": {"connect": "no workload uses it: it watches the account"},
    "LandingZone": {
        **dict.fromkeys(
            ("alarms", "graphs", "metrics"), "CloudTrail, Config and Organizations publish no metrics"
        ),
        "connect": "no workload uses it: it bounds what all of them may do",
    },
    "LoadBalancedFunction": {"grants": "who calls is for the network and the function to say, not for IAM"},
    "StranglerRoutes": {
        "connect": "who calls the paths is connected with the service or the monolith",
        "own resources": "listener and target groups are always your own",
        "grants": "who calls is for the network and the program to say, not for IAM",
        "encryption_key": "it keeps nothing",
    },
    "WebService": {"grants": "who calls is for the network and the program to say, not for IAM"},
    "Workflow": {"own resources": "its steps take functions, queues, clusters and workflows of yours"},
}
