"""APIs of the shop, in front of its own functions."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_route53 as route53
from constructs import Construct

from infrastructure.services import SERVICES, image_function, logs_bucket, node_function, own_bucket
from wellmade.api import (
    ApiLogRole,
    AsyncApi,
    CognitoAuthorizer,
    Cors,
    CustomDomain,
    JwtAuthorizer,
    LambdaApi,
    LambdaAuthorizer,
    Lookup,
    NoAuthorizer,
    Route,
    ScoringApi,
    TenantApi,
    Throttle,
    Tier,
    UploadPortal,
)
from wellmade.foundation import NodeFunction, OnDemandTable, PythonFunction, monitor, suppress


def orders_function(scope: Construct) -> PythonFunction:
    """Return the handler of orders."""
    return PythonFunction(
        scope,
        "Orders",
        code=SERVICES / "orders",
        handler="app.lambda_handler",
        timeout=cdk.Duration.seconds(8),
    )


class ManyFunctions(cdk.Stack):
    """Functions of all kinds by route, one of them imported by its ARN."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        theirs = lambda_.Function.from_function_arn(
            self, "Theirs", "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
        )
        orders = orders_function(self)
        LambdaApi(
            self,
            "Shop",
            function=orders,
            routes={
                "POST /orders": Route(throttle=Throttle(rate_limit=5, burst_limit=10)),
                "GET /orders/{id}": node_function(self),
                "GET /report": image_function(self),
                "GET /theirs": theirs,
                "$default": Route(),
            },
        )
        OnDemandTable(self, "Table", partition_key="pk").connect(orders, actions=["dynamodb:PutItem"])


class TokensOfAnIssuer(cdk.Stack):
    """Tokens of an issuer outside, for pages of the shop, under its own name."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id="Z0123456789ABC", zone_name="shop.example"
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name="api.shop.example",
            validation=acm.CertificateValidation.from_dns(zone),
        )
        LambdaApi(
            self,
            "Shop",
            function=node_function(self),
            routes={
                "GET /orders": Route(scopes=["orders/read"]),
                "GET /status": Route(authorizer=NoAuthorizer("A status page for everybody.")),
            },
            authorizer=JwtAuthorizer(issuer="https://login.shop.example/", audience=["web"]),
            cors=Cors(["https://shop.example"], allow_credentials=True),
            domain=CustomDomain("api.shop.example", certificate, hosted_zone=zone, default_endpoint=False),
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
        )


class TokensOfTheShop(cdk.Stack):
    """Tokens of the shop's own user pool."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        pool = cognito.UserPool(
            self,
            "People",
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
            ),
        )
        suppress(pool, {"AwsSolutions::AwsSolutions-COG8": "The shop does not pay for the plus tier."})
        LambdaApi(
            self,
            "Shop",
            function=node_function(self),
            routes=["GET /orders"],
            authorizer=CognitoAuthorizer(pool, [pool.add_client("Web")]),
        )


class OwnAuthorizer(cdk.Stack):
    """A function of the shop decides who gets in."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        gate = PythonFunction(self, "Gate", code=SERVICES / "gate", timeout=cdk.Duration.seconds(3))
        partners = NodeFunction(
            self,
            "Partners",
            code=SERVICES / "notify",
            handler="index.handler",
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
        )
        LambdaApi(
            self,
            "Shop",
            function=partners,
            routes=["ANY /partners/{proxy+}"],
            authorizer=LambdaAuthorizer(gate, cache=cdk.Duration.minutes(1)),
        )


class RestApi(cdk.Stack):
    """A REST API that checks bodies; another function decides; another application calls it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        ApiLogRole(self, "LogRole")
        schema = {"type": "object", "required": ["order_id"]}
        api = LambdaApi(
            self,
            "Shop",
            kind="rest",
            function=orders_function(self),
            routes={
                "POST /orders": Route(request_schema=schema),
                "GET /orders/{id}": Route(authorizer=LambdaAuthorizer(node_function(self, "Gate"))),
            },
            alarm_thresholds={"client_errors": 100, "latency": cdk.Duration.seconds(2)},
        )
        caller = iam.Role.from_role_arn(self, "Caller", "arn:aws:iam::111122223333:role/caller")
        api.grant_invoke(caller, route="POST /orders")


class LongJobs(cdk.Stack):
    """Reports that take minutes, built by a function of the shop, for whom its own function lets in."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        builder = node_function(self, "Builder", timeout=cdk.Duration.minutes(10))
        jobs = AsyncApi(
            self,
            "Reports",
            function=builder,
            path="v1/reports",
            request_schema={"required": ["month"], "properties": {"month": {"type": "string"}}},
            authorizer=LambdaAuthorizer(node_function(self, "Gate")),
            cors=Cors(["https://shop.example"]),
            batch_size=2,
            max_receive_count=5,
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
            alarm_thresholds={"oldest_message": cdk.Duration.hours(2), "throttled_requests": 100},
        )
        table = OnDemandTable(self, "Sales", partition_key="pk")
        table.connect(jobs, actions=["dynamodb:Query"])


class Partners(cdk.Stack):
    """Stock reports for partners, by a function of the shop; one of them is as large as all others."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        builder = node_function(self, "Builder", timeout=cdk.Duration.minutes(2))
        partners = TenantApi(
            self,
            "Stock",
            function=builder,
            tiers={
                "small": Tier(rate_limit=2, burst_limit=4, quota=500, quota_period="DAY", max_concurrency=3),
                "large": Tier(40, 80, own_queue=True, max_concurrency=2, anomaly_factor=None),
            },
            tenants={"harbour": "large", "mill": "small", "corner": "small"},
            path="v1/stock",
            authorizer=LambdaAuthorizer(node_function(self, "Gate")),
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
            alarm_thresholds={"oldest_message": cdk.Duration.hours(1), "throttled_requests": 1000},
        )
        partners.connect(node_function(self, "Watch"), tenant="mill", prefix="STOCK_")
        partners.grant_read_key(node_function(self, "Desk"), "corner")
        partners.metric_tenant_requests("mill")
        monitor(self, partners)


class Uploads(cdk.Stack):
    """Videos of partners, put into the shop's own bucket from its pages."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        UploadPortal(
            self,
            "Videos",
            bucket=own_bucket(self, "Inbox", logs_bucket(self)),
            prefix="partners/videos/",
            content_types={"video/mp4": ".mp4", "video/quicktime": ".mov"},
            max_size=cdk.Size.gibibytes(20),
            url_lifetime=cdk.Duration.minutes(10),
            authorizer=JwtAuthorizer(issuer="https://login.shop.example/", audience=["partners"]),
            cors=Cors(["https://partners.shop.example"]),
        )


class Prices(cdk.Stack):
    """Prices that another application asks for while its own caller waits, of a warm function in Node.js."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        warm = node_function(self).add_alias("warm", provisioned_concurrent_executions=4)
        prices = ScoringApi(
            self,
            "Prices",
            function=warm,
            path="v1/prices",
            lookups={"price": Lookup(cdk.Duration.millis(15), attempts=2), "stock": Lookup()},
            budget=cdk.Duration.millis(80),
            own_work=cdk.Duration.millis(30),
            authorizer=JwtAuthorizer(issuer="https://login.shop.example/", audience=["prices"]),
            alarm_thresholds={"unanswered_lookups": 50, "latency": cdk.Duration.millis(70)},
        )
        OnDemandTable(self, "Table", partition_key="pk").connect(prices, actions=["dynamodb:GetItem"])


class CallersStack(cdk.Stack):
    """Somebody in another stack calls the API."""

    def __init__(self, scope: Construct, construct_id: str, api: LambdaApi) -> None:
        super().__init__(scope, construct_id)
        caller = node_function(self)
        api.connect(caller)


class CalledStack(cdk.Stack):
    """An API that another stack calls."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.api = LambdaApi(self, "Shop", function=orders_function(self), routes=["POST /orders"])
