"""Systems that lose messages, or of which nobody knows enough, never hold."""

from pathlib import Path

import pytest

from wellmade.capacity.report import Report
from wellmade.capacity.workload import read_workload
from wellmade.capacity.worst import worst
from wellmade.graph import load

PARAMETERS = """
Parameters:
  Reserved: {Type: Number}
  Stage: {Type: String, Default: test, AllowedValues: [test, prod]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:"""
DEAD = "arn:aws:sqs:eu-west-1:111122223333:dead"


def judged(folder: Path, resources: str, workload: str) -> Report:
    (folder / "stack.yaml").write_text(PARAMETERS + resources)
    (folder / "capacity.yaml").write_text(workload)
    return worst(load([folder / "stack.yaml"]), read_workload(folder / "capacity.yaml"), 1.0)


def queue(queue: str = "", function: str = "", mapping: str = "", more: str = "") -> str:
    return f"""
  Orders: {{Type: AWS::SQS::Queue, Properties: {{{queue or "VisibilityTimeout: 60"}}}}}
  Worker: {{Type: AWS::Lambda::Function, Properties: {{Timeout: 30{function}}}}}
  Messages:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {{FunctionName: !Ref Worker, EventSourceArn: !GetAtt Orders.Arn{mapping}}}
{more}"""


FEW = ", ReservedConcurrentExecutions: 5"
LOADED = (
    "arrivals: {Orders: {per_second: 3, peak: {multiple: 3, hours: 0.17}}}\n"
    "functions: {Worker: {seconds: 1, seconds_per_item: 0.2}}"
)
CALM = "arrivals: {Orders: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}"
POLICY = f'{{"maxReceiveCount":3,"deadLetterTargetArn":"{DEAD}"}}'
REDRIVE = {
    "a mapping": f"{{maxReceiveCount: 3, deadLetterTargetArn: '{DEAD}'}}",
    "JSON text": f"'{POLICY}'",
    "JSON text of a function": f"!Sub '{POLICY}'",
    "either branch": f"!If [IsProd, {{maxReceiveCount: 3, deadLetterTargetArn: '{DEAD}'}}, !Ref AWS::NoValue]",
    "a conditional number": f"{{maxReceiveCount: !If [IsProd, 3, 1000], deadLetterTargetArn: '{DEAD}'}}",
}


@pytest.mark.parametrize("written", REDRIVE)
def test_a_redrive_policy_is_read_however_it_is_written(written: str, tmp_path: Path) -> None:
    """Throttles burn receives only where there is a policy: without it nothing would be lost."""
    policy = f"VisibilityTimeout: 60, RedrivePolicy: {REDRIVE[written]}"
    found = judged(tmp_path, queue(policy, FEW), LOADED)
    assert [problem.kind for problem in found.problems] == ["dead letters"]


UNKNOWN = {
    "the redrive policy": (queue("VisibilityTimeout: 60, RedrivePolicy: !ImportValue Policy"), CALM),
    "the reservation": (queue(function=", ReservedConcurrentExecutions: !Ref Reserved"), CALM),
    "the maximum concurrency": (queue(mapping=", ScalingConfig: {MaximumConcurrency: !Ref Reserved}"), CALM),
    "the batch size": (queue(mapping=", BatchSize: !Ref Reserved"), CALM),
    "whether a source is enabled": (queue(mapping=", Enabled: !Ref Reserved"), CALM),
    "the visibility timeout": (queue("VisibilityTimeout: !Ref Reserved"), CALM),
    "the retention": (queue("VisibilityTimeout: 60, MessageRetentionPeriod: !Ref Reserved"), CALM),
    "the timeout": (queue().replace("Timeout: 30", "Timeout: !Ref Reserved"), CALM),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_nobody_knows_is_no_pass(what: str, tmp_path: Path) -> None:
    found = judged(tmp_path, *UNKNOWN[what])
    assert (found.verdict, found.holds) == ("unknown", False)


def test_the_capacity_file_may_say_it(tmp_path: Path) -> None:
    resources, _ = UNKNOWN["the reservation"]
    (told,) = judged(tmp_path, resources, CALM).model.unknown
    assert told == (
        "ReservedConcurrentExecutions of Worker (stack.yaml:9), parameter stack/Reserved has no default; "
        "say settings.Worker.ReservedConcurrentExecutions"
    )
    said = CALM + "\nsettings: {Worker: {ReservedConcurrentExecutions: %s}}"
    assert judged(tmp_path, resources, said % 5).verdict == "holds"
    assert judged(tmp_path, resources, (said % 0)).verdict == "breaks"


CONDITIONAL = queue(function=", ReservedConcurrentExecutions: !If [IsProd, 50, 5]")
BUSY = "arrivals: {Orders: {per_second: 80}}\nfunctions: {Worker: {seconds: 1}}"


def test_the_worst_of_the_ways_in_which_conditions_hold_is_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, CONDITIONAL, BUSY)
    assert found.verdict == "breaks"
    assert (
        "conditions: IsProd is false, the worst of 2 ways (say conditions.<name>)" in found.model.assumptions
    )
    assert judged(tmp_path, CONDITIONAL, BUSY + "\nconditions: {IsProd: true}").verdict == "holds"


def test_a_source_that_is_not_enabled_takes_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, queue(mapping=", Enabled: false"), CALM)
    assert [problem.kind for problem in found.problems] == ["never drains"]
    assert found.saturations[0][0].name == "event source Orders → Worker, which is not enabled"
    other = "  Other: {Type: AWS::Lambda::Function}\n  OtherMessages:\n    Type: AWS::Lambda::EventSourceMapping\n"
    other += "    Properties: {FunctionName: !Ref Other, EventSourceArn: !GetAtt Orders.Arn}\n"
    both = judged(tmp_path, queue(mapping=", Enabled: false", more=other), CALM)
    assert [channel.name for channel in both.model.system.channels] == ["Orders → Other"]
    assert both.holds


TOPIC = """
  Topic: {Type: AWS::SNS::Topic}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: lambda, Endpoint: !GetAtt Worker.Arn}
  Failed: {Type: AWS::SQS::Queue}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3%s}}
"""
CAUGHT = ", DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}"
FAILING = "arrivals: {Topic: {per_second: 10}}\nfunctions: {Worker: {seconds: 0.1, failures: 0.1}}"


def test_events_that_fail_every_time_are_lost_where_nothing_takes_them(tmp_path: Path) -> None:
    found = judged(tmp_path, TOPIC % "", FAILING)
    assert [problem.text for problem in found.problems] == [
        "Topic → Worker: 864 messages a day fail every time and are lost, as nothing takes them; set a "
        "dead-letter queue or a destination for failures"
    ]
    assert judged(tmp_path, TOPIC % CAUGHT, FAILING).holds


READER = """
  Reader: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
  Dead:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Reader, EventSourceArn: !GetAtt Failed.Arn}
"""


def test_what_is_given_up_reaches_the_consumer_of_the_dead_letter_queue(tmp_path: Path) -> None:
    events = judged(tmp_path, TOPIC % CAUGHT + READER, FAILING + "\n  ")
    assert events.outcome.rates["stack/Failed > stack/Reader"] == pytest.approx(10 * 0.1**3)
    policy = (
        "VisibilityTimeout: 60, RedrivePolicy: {maxReceiveCount: 2, deadLetterTargetArn: !GetAtt Failed.Arn}"
    )
    messages = "arrivals: {Orders: {per_second: 100}}\nfunctions: {Worker: {seconds: 0.1, failures: 0.2}, Reader: {seconds: 3}}"
    partial = queue(policy, mapping=", FunctionResponseTypes: [ReportBatchItemFailures]")
    found = judged(tmp_path, partial + "  Failed: {Type: AWS::SQS::Queue}\n" + READER, messages)
    assert found.outcome.rates["stack/Failed > stack/Reader"] == pytest.approx(4)


MUTUAL = "VisibilityTimeout: 60, QueueName: %s, RedrivePolicy: {maxReceiveCount: 2, deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:%s'}"


def test_queues_that_are_dead_letter_queues_of_each_other_end(tmp_path: Path) -> None:
    back = f"  Failed: {{Type: AWS::SQS::Queue, Properties: {{{MUTUAL % ('failed', 'orders')}}}}}\n"
    resources = queue(MUTUAL % ("orders", "failed")) + back + READER
    found = judged(tmp_path, resources, CALM.replace("seconds: 1}", "seconds: 1, failures: 0.1}"))
    names = [channel.name for channel in found.model.system.channels]
    assert names == ["Orders → Worker", "Failed → Reader"]
    assert found.outcome.rates["stack/Failed > stack/Reader"] > 0


ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: send
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Failed.Arn}]}
"""


def test_a_grant_on_the_dead_letter_queue_is_no_message_for_each_item(tmp_path: Path) -> None:
    resources = TOPIC % (CAUGHT + ", Role: !GetAtt Role.Arn") + ROLE + READER
    found = judged(tmp_path, resources, FAILING.replace("failures: 0.1", "failures: 0.5"))
    assert found.outcome.rates["stack/Failed"] == pytest.approx(10 / 8)


STREAM = """
  Records: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 30}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Records.Arn, BatchSize: 16, MaximumRetryAttempts: 4%s}
"""


def test_a_stream_without_a_destination_loses_what_fails_every_time(tmp_path: Path) -> None:
    workload = "arrivals: {Records: {per_second: 2}}\nfunctions: {Worker: {seconds: 0.1, failures: 0.3}}"
    kept = f", BisectBatchOnFunctionError: true, DestinationConfig: {{OnFailure: {{Destination: '{DEAD}'}}}}"
    kinds = [
        [problem.kind for problem in judged(tmp_path, STREAM % more, workload).problems]
        for more in (", BisectBatchOnFunctionError: true", kept)
    ]
    assert kinds == [["given up"], []]


API = """
  Api: {Type: %s, Properties: {%s}}
  %s
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 60}}
"""
REST = "Method: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, HttpMethod: GET, Integration: {%sUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Worker.Arn}/invocations'}}}"
HTTP = "Integration: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, %sIntegrationUri: !GetAtt Worker.Arn}}"
CALLS = "arrivals: {Api: {per_second: 1}}\nfunctions: {Worker: {seconds: %s}}"


@pytest.mark.parametrize(
    ("kind", "how", "more", "longest"),
    [
        ("AWS::ApiGateway::RestApi", REST, "", 29),
        ("AWS::ApiGateway::RestApi", REST, "TimeoutInMillis: 5000, ", 5),
        ("AWS::ApiGatewayV2::Api", HTTP, "", 30),
        ("AWS::ApiGatewayV2::Api", HTTP, "TimeoutInMillis: 2000, ", 2),
    ],
)
def test_an_api_does_not_wait_longer(kind: str, how: str, more: str, longest: int, tmp_path: Path) -> None:
    resources = API % (kind, "Name: api", how % more)
    assert judged(tmp_path, resources, CALLS % longest).holds
    found = judged(tmp_path, resources, CALLS % (longest + 1))
    assert [problem.text for problem in found.problems] == [
        f"answer of Worker to Api: {longest + 1} s, at most {longest} s"
    ]


def test_a_queue_that_hides_messages_for_less_long_than_a_run_is_no_source(tmp_path: Path) -> None:
    found = judged(tmp_path, queue("VisibilityTimeout: 20"), CALM)
    assert [problem.text for problem in found.problems] == [
        "visibility timeout of Orders beside the timeout of Worker: 30 s, at most 20 s"
    ]


def test_a_message_larger_than_the_queue_takes(tmp_path: Path) -> None:
    small = queue("VisibilityTimeout: 60, MaximumMessageSize: 4096")
    assert judged(tmp_path, small, CALM + "\nsources: {Orders: {kilobytes: 4}}").holds
    found = judged(tmp_path, small, CALM + "\nsources: {Orders: {kilobytes: 5}}")
    assert [problem.kind for problem in found.problems] == ["limit"]


def test_a_system_that_is_used_to_the_last_has_no_reserve(tmp_path: Path) -> None:
    exactly = queue("VisibilityTimeout: 60", FEW, ", BatchSize: 1, ScalingConfig: {MaximumConcurrency: 5}")
    found = judged(tmp_path, exactly, CALM.replace("per_second: 1", "per_second: 5"))
    assert (found.verdict, [problem.kind for problem in found.problems]) == ("breaks", ["full"])


MACHINE = """
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/flow'
      Definition: %s
  Begin: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 minute), Targets: [{Id: flow, Arn: !Ref Flow}]}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3, ReservedConcurrentExecutions: 10}}
"""
WORK = "{Type: Task, Resource: !GetAtt Worker.Arn, %s}"
TWICE = {"One": WORK % "Next: Two", "Two": WORK % "End: true"}
LOOP = {
    "Two": WORK % "Next: Ready",
    "Ready": "{Type: Choice, Choices: [{Variable: $.a, IsPresent: true, Next: Done}], Default: Two}",
    "Done": "{Type: Succeed}",
}
CHOICE = {
    "One": "{Type: Choice, Choices: [{Variable: $.a, IsPresent: true, Next: Two}], Default: Done}",
    "Two": WORK % "End: true",
    "Done": "{Type: Succeed}",
}
MAP = {
    "Each": "{Type: Map, End: true, ItemProcessor: {StartAt: Two, States: {Two: %s}}}" % (WORK % "End: true")
}
STARTED = "arrivals: {Flow: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}"


def machine(states: dict[str, str]) -> str:
    inner = ", ".join(f"{name}: {state}" for name, state in states.items())
    return MACHINE % f"{{StartAt: {next(iter(states))}, States: {{{inner}}}}}"


@pytest.mark.parametrize(
    ("states", "rate", "verdict", "told"),
    [
        (TWICE, 2, "holds", "Flow: an execution calls Worker 2 times (say state_machines.Flow.calls)"),
        (CHOICE, 1, "holds", "Flow: an execution calls Worker once, though Two may be passed over by a choice (say state_machines.Flow.calls)"),
        (LOOP, 1, "unknown", "how often Flow calls Worker: its state Two may be reached again from itself; say state_machines.Flow.calls.Worker"),
        (MAP, 1, "unknown", "how often Flow calls Worker: its state Two is inside a map, which runs it for each item; say state_machines.Flow.calls.Worker"),
    ],
)  # fmt: skip
def test_a_state_machine_calls_as_often_as_its_states_say(
    states: dict[str, str], rate: float, verdict: str, told: str, tmp_path: Path
) -> None:
    found = judged(tmp_path, machine(states), STARTED)
    assert (found.outcome.rates["stack/Flow > stack/Worker"], found.verdict) == (rate, verdict)
    assert told in [*found.model.assumptions, *found.model.unknown]


def test_the_capacity_file_says_how_often_a_state_machine_calls(tmp_path: Path) -> None:
    said = STARTED + "\nstate_machines: {Flow: {calls: {Worker: 8}}}"
    found = judged(tmp_path, machine(MAP), said)
    assert (found.outcome.rates["stack/Flow > stack/Worker"], found.model.unknown) == (8, [])


BROKER = """
  Broker: {Type: AWS::AmazonMQ::Broker, Properties: {EngineType: %s}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Broker.Arn, BatchSize: 1, Queues: [orders]}
"""


@pytest.mark.parametrize(("engine", "most"), [("ACTIVEMQ", 5), ("RabbitMQ", 1)])
def test_a_broker_is_no_stream(engine: str, most: int, tmp_path: Path) -> None:
    workload = "arrivals: {Broker: {per_second: 0.5}}\nfunctions: {Worker: {seconds: 1}}"
    limit, at = judged(tmp_path, BROKER % engine, workload).saturations[0]
    assert (limit.name, limit.allowed, round(at, 3)) == ("event source Broker → Worker", most, 2 * most)


ELSEWHERE = MACHINE.replace("Definition: %s", "DefinitionS3Location: {Bucket: code, Key: flow.asl.json}")
INCLUDED = """
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Body: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: s3://code/api.yaml}}}}
  Worker: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}
"""


def test_what_a_definition_elsewhere_calls_is_not_known(tmp_path: Path) -> None:
    found = judged(tmp_path, ELSEWHERE, "arrivals: {Begin: {per_second: 1}}")
    assert found.model.unknown == [
        "what Flow calls: its definition is not read; state arrivals at the functions instead"
    ]
    said = "arrivals: {Begin: {per_second: 1}}\nfunctions: {Worker: {seconds: 1}}\nstate_machines: {Flow: {calls: {Worker: 3}}}"
    assert judged(tmp_path, ELSEWHERE, said).verdict == "holds"
    assert judged(tmp_path, INCLUDED, "arrivals: {Api: {per_second: 1}}").verdict == "unknown"
