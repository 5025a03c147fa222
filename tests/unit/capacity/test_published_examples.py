"""AWS's own worked examples, and those of the documents that this project began with, come out as published."""

from math import ceil
from pathlib import Path

import pytest

from tests.unit.capacity.worlds.spec import Part, World
from tests.unit.capacity.worlds.templates import report_of
from wellmade.capacity.build import build
from wellmade.capacity.ramp import Ramp
from wellmade.capacity.report import Report
from wellmade.capacity.system import Limit
from wellmade.capacity.workload import read_workload
from wellmade.graph import load

CALLED = """
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 900}}
"""
TABLE = """
  Topic: {Type: AWS::SNS::Topic}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
  Table: {Type: AWS::DynamoDB::Table, Properties: TABLE}
"""


def answered(folder: Path, resources: str, workload: str) -> Report:
    (folder / "stack.yaml").write_text("Resources:" + resources)
    (folder / "capacity.yaml").write_text(workload)
    return Report(build(load([folder / "stack.yaml"]), read_workload(folder / "capacity.yaml")), 1.0)


def limit_of(report: Report, name: str) -> tuple[Limit, float]:
    """Return a limit, and the multiple of the load at which it is reached."""
    return next((limit, at) for limit, at in report.saturations if limit.name == name)


def ramp_of(report: Report, name: str) -> Ramp:
    ramp = limit_of(report, name)[0].ramp
    assert ramp
    return ramp


@pytest.mark.parametrize(
    ("requests", "seconds", "concurrency"),
    [(100, 1, 100), (100, 0.5, 50), (200, 0.25, 50), (5000, 0.2, 1000), (20_000, 0.05, 1000), (30_000, 0.02, 600)],
)  # fmt: skip
def test_concurrency_is_requests_a_second_by_their_duration(
    requests: float, seconds: float, concurrency: float, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#calculating-concurrency"""
    load_ = f"arrivals: {{Worker: {{per_second: {requests}}}}}\nfunctions: {{Worker: {{seconds: {seconds}}}}}"
    limit, at = limit_of(answered(tmp_path, CALLED, load_), "account pool")
    assert limit.allowed / at == pytest.approx(concurrency)


@pytest.mark.parametrize(
    ("requests", "seconds", "served", "quota"), [(20_000, 0.05, 10_000, 2000), (30_000, 0.02, 10_000, 3000)]
)
def test_the_account_takes_ten_requests_for_each_unit(
    requests: float, seconds: float, served: float, quota: int, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#concurrency-vs-requests-per-second"""
    load_ = f"arrivals: {{Worker: {{per_second: {requests}}}}}\nfunctions: {{Worker: {{seconds: {seconds}}}}}"
    report = answered(tmp_path, CALLED, load_)
    (channel,) = report.model.system.channels
    assert not report.holds
    assert report.outcome.capacities[channel.id] == pytest.approx(served)
    raised = answered(tmp_path, CALLED, f"account: {{concurrency: {quota}}}\n{load_}")
    assert limit_of(raised, "requests of the account")[1] == pytest.approx(1)


def test_what_is_reserved_leaves_the_rest_to_the_others(tmp_path: Path) -> None:
    """Two functions with 400 each leave 200. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    both = "".join(
        f"\n  {name}: {{Type: AWS::Lambda::Function, Properties: {{ReservedConcurrentExecutions: 400}}}}"
        for name in ("Blue", "Orange")
    )
    load_ = "arrivals: {Worker: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}"
    report = answered(tmp_path, CALLED + both, load_)
    assert limit_of(report, "account pool")[0].allowed == 200
    reservable = next(one for one in report.model.system.limits if one.name == "reservations of the account")
    assert reservable.allowed == 900


def test_an_idle_provision_leaves_600_to_all(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#provisioned-concurrency"""
    orange = """
  Orange: {Type: AWS::Lambda::Function}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Orange, FunctionVersion: '1', Name: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 400}}
"""
    load_ = "arrivals: {Worker: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}"
    assert limit_of(answered(tmp_path, CALLED + orange, load_), "account pool")[1] == pytest.approx(600)


def test_a_source_reaches_its_1250_runs_five_times_faster_than_in_20_minutes(tmp_path: Path) -> None:
    """https://aws.amazon.com/blogs/compute/introducing-faster-polling-scale-up-for-aws-lambda-functions-configured-with-amazon-sqs/"""
    report = report_of(World((Part("One", batch=1),), ("One",)), tmp_path)
    limit, _ = limit_of(report, "event source OneSource → One")
    ramp = ramp_of(report, limit.name)
    steps = ceil((limit.allowed - ramp.start) / ramp.add)
    assert (ramp.start, limit.allowed) == (5, 1250)
    assert steps * ramp.every / 60 == pytest.approx((1250 - 5) / 60 / 5, rel=0.02)


def test_2000_provisioned_pollers_take_20_000_at_once_and_2_gigabytes_a_second(tmp_path: Path) -> None:
    """https://aws.amazon.com/blogs/aws/aws-lambda-enhances-sqs-processing-with-new-provisioned-mode-3x-faster-scaling-16x-higher-capacity"""
    report = report_of(World((Part("One", batch=1, provisioned=(2, 2000)),), ("One",)), tmp_path)
    source, polls = (limit_of(report, f"{one} OneSource → One")[0] for one in ("event source", "polls of"))
    assert source.allowed == 20_000
    assert ramp_of(report, source.name).add * 60 / ramp_of(report, source.name).every == 1000
    assert polls.allowed == 2000 * 10 * 10  # ten calls a second, each of ten messages
    (tmp_path / "capacity.yaml").write_text(
        "arrivals: {OneSource: {per_second: 1}}\nsources: {OneSource: {kilobytes: 256}}"
    )
    model = build(load([tmp_path / "world.json"]), read_workload(tmp_path / "capacity.yaml"))
    polls = limit_of(Report(model, 1.0), polls.name)[0]
    assert polls.allowed * 256 / 1024**2 == pytest.approx(2, rel=0.03)


@pytest.mark.parametrize(("shards", "parallel", "runs"), [(100, 2, 200), (1, 10, 10)])
def test_shards_by_parallelisation_run_at_once(shards: int, parallel: int, runs: int, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html"""
    part = Part("One", kind="stream", shards=shards, parallel=parallel)
    report = report_of(World((part,), ("One",)), tmp_path)
    assert limit_of(report, "shards x parallelisation of OneSource → One")[0].allowed == runs


@pytest.mark.parametrize(
    ("records", "kilobytes", "readers", "shards"), [(1000, 5, 1, 5), (1000, 2, 5, 5), (500, 1, 1, 1), (3000, 1, 2, 3)]
)  # fmt: skip
def test_shards_as_the_formula_sizes_them(
    records: int, kilobytes: int, readers: int, shards: int, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html, and 1,000 records a shard."""
    formula = max(records * kilobytes / 1024, records * kilobytes * readers / 2048, records / 1000)
    assert ceil(formula) == shards
    workers = "".join(
        f"""
  Worker{number}: {{Type: AWS::Lambda::Function}}
  Mapping{number}:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Worker{number}, EventSourceArn: !GetAtt Stream.Arn, BatchSize: 10000}}"""
        for number in range(readers)
    )
    stream = f"\n  Stream: {{Type: AWS::Kinesis::Stream, Properties: {{ShardCount: {shards}}}}}\n"
    load_ = (
        f"arrivals: {{Stream: {{per_second: {records}}}}}\nsources: {{Stream: {{kilobytes: {kilobytes}}}}}"
    )
    report = answered(tmp_path, workers + stream, load_)
    tightest = min(limit_of(report, f"{one} Stream")[1] for one in ("writes to", "reads of"))
    assert tightest == pytest.approx(shards / formula)


def test_an_on_demand_stream_takes_twice_its_peak(tmp_path: Path) -> None:
    """40 MB a second before, 80 at once. https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"""
    stream = """
  Worker: {Type: AWS::Lambda::Function}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Stream.Arn}}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {StreamModeDetails: {StreamMode: ON_DEMAND}}}
"""
    report = answered(tmp_path, stream, "arrivals: {Stream: {per_second: 1}}")
    limit, _ = limit_of(report, "writes to Stream")
    assert ramp_of(report, limit.name).before(0, limit.allowed) == 4000
    assert ramp_of(report, limit.name).before(40_000, limit.allowed) == 80_000


@pytest.mark.parametrize(("kilobytes", "calls", "writes"), [(1, 1, 6), (2, 1, 3), (1, 2, 3), (3.5, 1, 1.5)])
def test_six_write_units_take_six_kilobytes_a_second(
    kilobytes: float, calls: int, writes: float, tmp_path: Path
) -> None:
    """A transaction takes two units for each. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html"""
    table = TABLE.replace("TABLE}", "{ProvisionedThroughput: {ReadCapacityUnits: 6, WriteCapacityUnits: 6}}}")
    load_ = (
        f"arrivals: {{Topic: {{per_second: 1}}}}\nsources: {{Table: {{kilobytes: {kilobytes}}}}}\n"
        f"functions: {{Worker: {{seconds: 0.1, calls: {{Table: {calls}}}}}}}"
    )
    assert limit_of(answered(tmp_path, table, load_), "writes to Table")[1] == pytest.approx(writes)


def test_an_on_demand_table_takes_twice_its_peak(tmp_path: Path) -> None:
    """As 100,000 after 50,000. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"""
    table = TABLE.replace("TABLE}", "{BillingMode: PAY_PER_REQUEST}}")
    load_ = "arrivals: {Topic: {per_second: 1}}\nfunctions: {Worker: {seconds: 0.1, calls: {Table: 1}}}"
    ramp = ramp_of(answered(tmp_path, table, load_), "writes to Table")
    assert (ramp.before(0, 1e9), ramp.before(50_000, 1e9)) == (4000, 100_000)


def test_a_fleet_goes_from_10_to_15_for_1500_messages(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html: 10 s at 0.1 s each are 100."""
    part = Part("One", kind="tasks", seconds=0.1, each=0, most=100, per_task=10 / 0.1)
    report = report_of(World((part,), ("One",)), tmp_path)
    limit, _ = limit_of(report, "tasks of OneTask")
    assert ramp_of(report, limit.name).after(10, limit.allowed, 1500) == 15


DOCUMENTS = {
    "116 a second at 0.2 s in 30 slots are 77 %": (116, 0.2, 30, 23.2),
    "a pool of 100, each held 500 ms, is 200 a second": (200, 0.5, 100, 100),
    "1,597 runs a second of a loop in an account of 1,000": (23e6 / (4 * 3600), 0.2, 1000, 319.4),
    "2 million a day are 23 a second": (2e6 / 86_400, 1, 1000, 23.15),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_figures_of_the_documents(case: str, tmp_path: Path) -> None:
    rate, seconds, slots, used = DOCUMENTS[case]
    load_ = (
        f"account: {{concurrency: {slots}, keep_free: 0}}\narrivals: {{Worker: {{per_second: {rate}}}}}\n"
        f"functions: {{Worker: {{seconds: {seconds}}}}}"
    )
    limit, at = limit_of(answered(tmp_path, CALLED, load_), "account pool")
    assert limit.allowed / at == pytest.approx(used, rel=2e-3)


def test_a_chain_of_four_holds_400_for_100_requests(tmp_path: Path) -> None:
    """Each of them holds its unit for the whole second."""
    chain = "".join(f"\n  Step{number}: {{Type: AWS::Lambda::Function}}" for number in range(4))
    steps = "".join(
        f"\n  Step{number}: {{seconds: 1{f', calls: {{Step{number + 1}: 1}}' if number < 3 else ''}}}"
        for number in range(4)
    )
    report = answered(tmp_path, chain + "\n", f"arrivals: {{Step0: {{per_second: 100}}}}\nfunctions:{steps}")
    limit, at = limit_of(report, "account pool")
    assert limit.allowed / at == pytest.approx(400)
