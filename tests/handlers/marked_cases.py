"""What is sent to each handler, with a mark in it that no log may hold."""

import io
import json
import time
from collections.abc import Mapping
from types import ModuleType

import pytest

from tests.handlers.clickstream.clicks import click
from tests.handlers.marked import (
    MARK,
    THROTTLED,
    Case,
    Send,
    invoke,
    objects,
    of_files,
    on,
    posted,
    queued,
    variants,
    workflow,
)
from tests.handlers.order_events.orders import REQUEST, told
from tests.handlers.order_saga.orders import line, order
from tests.handlers.scheduled_jobs.starts import start
from tests.handlers.schema_migration.formation import listening_formation
from tests.handlers.support import (
    Inbox,
    answer,
    change,
    client,
    deliver,
    error,
    hooked,
    import_handler,
    message,
    read,
    stream_record,
)
from tests.handlers.tenant_throttle.test_tenant_throttle import PREFIX, TOLD
from wellmade_runtime.due_items import due_at
from wellmade_runtime.identity import fingerprint
from wellmade_runtime.work_log import IN_USE, WorkLog


def payments(handler: ModuleType) -> None:
    with hooked(handler, "before-call.sfn", lambda **_: answer({})):
        queued({"action": "charge", "order": order(), "token": "t"})(handler)
    for changes in ({"customer": MARK}, {"currency": MARK}, {"cents": int(MARK)}):
        asked = {"action": "charge", "order": order(**changes), "token": "t"}
        with hooked(handler, "before-call.sfn", error("TaskTimedOut")):
            deliver(handler, message(asked, group="one"))


def events(handler: ModuleType) -> None:
    queued(told())(handler)
    for field in told()["detail"]:
        for value in (MARK, int(MARK)):
            deliver(handler, message(told(**{field: value})))


def clicks(handler: ModuleType) -> None:
    for body in variants(click(1)):
        read(handler, stream_record(body))


def scores(handler: ModuleType) -> None:
    for image in (
        {"pk": {"S": MARK}},
        {"pk": {"S": "a"}, "clicks": {"S": MARK}, "suspicious": {"BOOL": True}},
    ):
        read(handler, change(image))


def products(handler: ModuleType) -> None:
    def ask(method: str, body: str, sku: str = MARK) -> None:
        asked = {"requestContext": {"http": {"method": method}}, "pathParameters": {"sku": sku}, "body": body}
        invoke(handler, asked)

    doll = {"name": "Doll", "category": "toys", "price_cents": 1250}
    for body in variants(doll):
        for method in ("POST", "PUT", "GET", "DELETE"):
            ask(method, body)
            ask(method, body, f"{MARK} ")
    with hooked(handler, "before-call", THROTTLED):
        for method in ("POST", "PUT", "GET", "DELETE"):
            ask(method, json.dumps({**doll, "name": MARK}))


def jobs(handler: ModuleType) -> None:
    def ask(body: str, job_id: str = MARK) -> None:
        named = {"owner": MARK, "job_id": job_id}
        attributes = {name: {"dataType": "String", "stringValue": value} for name, value in named.items()}
        deliver(handler, {**message(body), "messageAttributes": attributes})

    wanted = {"category": "toys"}
    for number, body in enumerate(variants(wanted)):
        ask(body)
        ask(body, f"{MARK}-{number}")
        ask(body, MARK * 200)
        deliver(handler, message(body))
    at_work = {
        "id": {"S": f"job#{MARK}#{MARK}-busy"},
        "job_status": {"S": "working"},
        "lease_until": {"N": str(time.time() + 600)},
        "fingerprint": {"S": fingerprint(wanted)},
    }
    client("dynamodb").put_item(TableName="jobs", Item=at_work)
    ask(json.dumps(wanted), f"{MARK}-busy")
    with hooked(handler, "before-call", THROTTLED):
        ask(json.dumps({"category": MARK}))


def carts(handler: ModuleType) -> None:
    def expired() -> None:
        item = {"pk": {"S": MARK}, "owner": {"S": MARK}, **due_at(MARK, time.time() - 60)}
        client("dynamodb").put_item(TableName="carts", Item=item)

    expired()
    invoke(handler, start("carts"))
    expired()
    for minute, call in enumerate(("Query", "TransactWriteItems"), start=1):
        with hooked(handler, f"before-call.dynamodb.{call}", THROTTLED):
            invoke(handler, start("carts", minute))


PAYOUT = {"payout_id": "p-1", "account": "DE-1", "cents": 1250}


def pending_payouts(handler: ModuleType) -> None:
    log = WorkLog(client("dynamodb"), "payouts")
    for number, body in enumerate(objects(PAYOUT)):
        log.begin(f"{MARK}-{number}", json.loads(body), now=time.time() - IN_USE - 60)
        invoke(handler, start("payouts", number))
        log.complete(f"{MARK}-{number}")
    log.begin(MARK, {**PAYOUT, "account": MARK}, now=time.time() - IN_USE - 60)
    invoke(handler, start("payouts", 59))


def photos(handler: ModuleType) -> None:
    client("s3").put_object(Bucket="inbox", Key=f"incoming/{MARK}.jpg", Body=MARK.encode())
    client("dynamodb").put_item(TableName="rows", Item={"pk": {"S": MARK}, "sk": {"N": "1"}})
    invoke(handler, {**start("photos"), "grace_seconds": -60})
    for minute, call in enumerate(("s3.ListObjectsV2", "dynamodb.Scan", "s3.PutObject"), start=1):
        with hooked(handler, f"before-call.{call}", THROTTLED):
            invoke(handler, start("photos", minute))


def scored_payments(handler: ModuleType) -> None:
    posted(PAYMENT)(handler)
    with hooked(handler, "before-call", THROTTLED):
        invoke(handler, {"body": json.dumps({**PAYMENT, "account": MARK})})


def released(handler: ModuleType) -> None:
    event = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "h-1"}
    answers = (json.dumps({"card": MARK}), json.dumps({"statusCode": MARK}))
    with hooked(handler, "before-call.codedeploy", lambda **_: answer({})):
        for told in answers:
            invoked = {"Payload": io.BytesIO(told.encode()), "FunctionError": "Unhandled"}
            with hooked(handler, "before-call.lambda", lambda invoked=invoked, **_: answer(invoked)):
                invoke(handler, event)
        with hooked(handler, "before-call.lambda", THROTTLED):
            invoke(handler, event)


def migrated(request: pytest.FixtureRequest) -> ModuleType:
    handler: ModuleType = request.getfixturevalue("migrating")
    folder = request.getfixturevalue("migrations")
    fails = f"create table cards (id text primary key); insert into cards values ('{MARK}'), ('{MARK}')"  # noqa: S608 - ours
    (folder / "0001_cards.sql").write_text(fails)
    return handler


def migrations(handler: ModuleType) -> None:
    with listening_formation() as formation:
        for kind in ("Create", "Update", "Delete"):
            invoke(handler, formation.event(kind, ResourceProperties={"Newest": MARK, "Digest": MARK}))
        assert [each["Status"] for each in formation.answers] == ["FAILED", "FAILED", "SUCCESS"]


def rotation(request: pytest.FixtureRequest) -> ModuleType:
    request.getfixturevalue("aws")
    client("secretsmanager").create_secret(Name="signing", SecretString=json.dumps({"key": MARK}))
    return import_handler("secret_rotation", SECRET_ARN="signing", SECRET_FIELD="key", SECRET_LENGTH="43")


def database_rotation(request: pytest.FixtureRequest) -> ModuleType:
    request.getfixturevalue("aws")
    client("secretsmanager").create_secret(Name="password", SecretString=json.dumps({"password": MARK}))
    told = {"SECRET_ARN": "password", "SECRET_FIELD": "password", "SECRET_LENGTH": "41"}
    told |= {"DATABASE_CLUSTER": "ledger", "DATABASE_GLOBAL": "accounts", "FUNCTION_TIMEOUT_SECONDS": "60"}
    return import_handler("database_rotation", **told)  # once a process, so as its own tests do


def entries(handler: ModuleType) -> None:
    for name in (MARK, f"{MARK} "):
        for body in variants({"cents": 5}):
            named = {"account": name, "entry_id": name}
            route = "PUT /accounts/{account}/entries/{entry_id}"
            invoke(handler, {"routeKey": route, "pathParameters": named, "body": body})
        invoke(handler, {"routeKey": "GET /accounts/{account}", "pathParameters": {"account": name}})


def throttle(request: pytest.FixtureRequest) -> ModuleType:
    request.getfixturevalue("aws")
    return import_handler("tenant_throttle", TENANT_PLANS=TOLD, TENANT_ALARMS=PREFIX)


def alarms(handler: ModuleType) -> None:
    calls = handler.plans.apigateway.meta.events
    calls.register_first("before-call.api-gateway", THROTTLED)
    for body in objects({"source": "aws.events", "detail": {}}):
        invoke(handler, json.loads(body))
    calls.unregister("before-call.api-gateway", THROTTLED)


def uploads(handler: ModuleType) -> None:
    def ask(route: str, body: str, upload_id: str = "one") -> None:
        claims = {"claims": {"iss": "https://login", "sub": MARK}}
        event = {
            "routeKey": route,
            "pathParameters": {"upload_id": upload_id},
            "requestContext": {"authorizer": {"jwt": claims}},
            "body": body,
        }
        invoke(handler, event)

    for route in ("PUT /uploads/{upload_id}", "POST …/completion", "POST …/cancellation"):
        wanted = {"size": 5, "content_type": "text/csv"}
        for body in variants(wanted):
            ask(route, body)
            ask(route, body, f"{MARK} ")
        with hooked(handler, "before-call", THROTTLED):
            ask(route, json.dumps({**wanted, "card": MARK}))


def files(*contents: bytes, suffix: str) -> Send:
    """Send files of contents that are marked. Their keys are no payload: they are what finds a file again."""

    def send(handler: ModuleType) -> None:
        inbox, lost = Inbox(handler), f"incoming/gone{suffix}"
        inbox.keep_versions()
        for number, content in enumerate(contents):
            inbox.deliver(inbox.drop(f"{number}{suffix}", content))
        gone = inbox.drop(f"gone{suffix}", contents[0])
        [kept] = inbox.s3.list_object_versions(Bucket="inbox", Prefix=lost)["Versions"]
        inbox.s3.delete_object(Bucket="inbox", Key=lost, VersionId=kept["VersionId"])
        inbox.deliver(gone)
        with hooked(handler, "before-call", THROTTLED):
            inbox.deliver(inbox.drop(f"throttled{suffix}", contents[0]))

    return send


def invoices(handler: ModuleType) -> None:
    def ask(path: str, *customers: str, method: str = "GET") -> None:
        asked = {"httpMethod": method, "path": path, "multiValueHeaders": {}}
        invoke(handler, {**asked, "multiValueQueryStringParameters": {"customer": list(customers)}})

    for path in (f"/invoices/{MARK}", f"/invoices/{MARK}%00", f"/{MARK}"):
        for customers in ((MARK,), (MARK, MARK), (f"{MARK}#",), ()):
            ask(path, *customers)
    ask("/invoices/o-1", MARK, method=MARK)
    with hooked(handler, "before-call", THROTTLED):
        ask(f"/invoices/{MARK}", MARK)


def regional_orders(handler: ModuleType) -> None:
    def ask(method: str, body: str, name: str = MARK, path: str = "orders/{order_id}") -> None:
        asked = {
            "routeKey": f"{method} /tenants/{{tenant}}/{path}",
            "requestContext": {"http": {"method": method}},
            "pathParameters": {"tenant": name, "order_id": name},
            "body": body,
        }
        invoke(handler, asked)

    for name in (MARK, f"{MARK}-0", f"{MARK} "):
        for body in variants({"amount_cents": 5, "version": 1}):
            ask("PUT", body, name)
        for body in variants({"side": "secondary"}):
            ask("PUT", body, name, "home")
        ask("GET", "", name)
    with hooked(handler, "before-call", THROTTLED):
        ask("PUT", json.dumps({"amount_cents": int(MARK) % 10**9, "version": 1}))


PAYMENT = {"payment_id": "p-1", "account": "ada", "amount_cents": 2_000, "country": "DE"}
ANSWER = {"id": "q", "answer": "approve", "by": "ada"}
QUESTION = {"token": "t", "question": "Ship it?", "about": {"order_id": "o-1"}}
STEP = {"Step": "createSecret", "SecretId": "signing", "ClientRequestToken": "1" * 36}
TABLES = (
    f"id,card\n1,{MARK}\n2\n{MARK},{MARK},{MARK}\n".encode(),
    f"\0{MARK}".encode(),
    f"{MARK};{MARK}|{MARK}".encode(),
)
LINES = f'{{"card": "{MARK}"}}\n{{"card": {MARK}\n[{MARK}]\n'.encode()
JPEG = b"\xff\xd8\xff\xfe\x00\x12" + MARK.encode()

CASES: Mapping[str, Case] = {
    "account_ledger": on("accounts", entries),
    "approval_answer": on("answering", workflow(ANSWER)),
    "approval_ask": on("asking", workflow(QUESTION)),
    "cart_cleanup": on("cleanup", carts),
    "case_opener": on("cases", scores),
    "click_counters": on("counters", clicks),
    "click_intake": on(
        "clicks", posted(click(1)), posted(click(1), lambda body: json.dumps({"clicks": [body]}))
    ),
    "database_rotation": Case(database_rotation, workflow({**STEP, "SecretId": "password"})),
    "file_receipts": of_files("file_receipts", files(MARK.encode(), b"", suffix=".bin")),
    "fraud_score": on("scores", clicks),
    "invoice_lookup": on("lookup", invoices),
    "invoice_writer": on(
        "invoicing", queued({"order_id": "order-00001", "customer": "ada", "amount_cents": 5})
    ),
    "job_failures": on("failures", jobs),
    "ledger_worker": on("ledger", queued({"account": "a", "entry_id": "1", "amount_cents": 5})),
    "order_intake": on("intake", posted(REQUEST)),
    "order_notifier": on("notifier", events),
    "order_worker": on("orders", queued({"order_id": "o-1", "sku": "A", "quantity": 1})),
    "parcel_shipping": on("parcels", workflow({"action": "ship", "order": order(quantity=101)})),
    "payment_score": on("scoring", scored_payments),
    "payment_worker": on("payments", payments),
    "payout_worker": on("payouts", queued(PAYOUT)),
    "photo_reconciliation": on("matching", photos),
    "product_catalog": on("catalog", products),
    "regional_orders": on("regional", regional_orders),
    "release_check": on("release_hook", released),
    "reconciliation": on("reconciliation", pending_payouts),
    "report_worker": on("reports", jobs),
    "sales_figures": on("sales", events),
    "schema_migration": Case(migrated, migrations),
    "secret_rotation": Case(rotation, workflow(STEP)),
    "stock_demand": on("stock", events),
    "stock_reservation": on("reservations", workflow(line("reserve"))),
    "tabular_ingest": of_files(
        "tabular_ingest", files(*TABLES, suffix=".csv"), files(LINES, suffix=".jsonl")
    ),
    "tenant_throttle": Case(throttle, alarms),
    "thumbnailer": of_files("thumbnailer", files(MARK.encode(), JPEG, suffix=".jpg")),
    "upload_portal": on("portal", uploads),
}
