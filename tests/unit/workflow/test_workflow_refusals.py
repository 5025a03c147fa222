"""What a workflow refuses, each in one sentence."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.unit.workflow.sagas import LARGE, call
from wellmade.workflow import (
    CallAwsService,
    Choice,
    CustomState,
    ForEach,
    HumanApproval,
    Invoke,
    Parallel,
    RequestApproval,
    RunExpress,
    SendMessageWithTaskToken,
    Step,
    Wait,
    Workflow,
)

MINUTE = cdk.Duration.minutes(1)
PLAIN = (
    "step 'Do' must be a plain task in an Express workflow, got more; "
    "let the Standard workflow compensate and wait: nobody sees how far an Express one came"
)


def refuses(message: str, define_it: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Saga: ' + message)}$"):
        define_it()


def refuses_steps(stack: cdk.Stack, message: str, *steps: Step, **options: Any) -> None:
    refuses(message, lambda: Workflow(stack, "Saga", steps=steps, **options))


def test_refuses_nothing_to_do(stack: cdk.Stack) -> None:
    refuses_steps(stack, "steps must be at least one, got none; name what is to be done")


def test_refuses_two_steps_of_one_name_however_deep(stack: cdk.Stack) -> None:
    task = call(stack)
    message = "steps must be named differently, got 'Do' twice; give each its own name"
    refuses_steps(stack, message, Step("Do", task), Step("Do", task))
    refuses_steps(
        stack, message, Step("Do", task), Step("Both", Parallel([[Step("Do", task)], [Step("B", task)]]))
    )


def test_refuses_a_few_calls_in_a_row(stack: cdk.Stack) -> None:
    message = (
        "steps must be 4 calls or more, or one that waits, branches or is compensated, got 3 calls in a row; "
        "use a QueueWorker between the functions, which retries too and costs a fraction"
    )
    refuses_steps(stack, message, *(Step(name, call(stack)) for name in "abc"))


@pytest.mark.parametrize("name", ["Claim", "Completed", "Compensate Pay", "Pay?", "Pay: done"])
def test_refuses_the_names_of_the_workflows_own_states(stack: cdk.Stack, name: str) -> None:
    message = (
        f"steps must be no name of the workflow's own states, got '{name}'; "
        "say what is done, such as 'Reserve'"
    )
    task = call(stack)
    refuses_steps(stack, message, Step(name, task, compensation=task), idempotency_key_path="$.id")


def test_refuses_a_name_that_leaves_no_room(stack: cdk.Stack) -> None:
    task = call(stack)
    message = f"steps must be names of 1 to 50 characters, got '{'x' * 51}', 51 characters; shorten it"
    refuses_steps(stack, message, Step("x" * 51, task, compensation=task))


def test_refuses_an_express_workflow_beyond_5_minutes(stack: cdk.Stack) -> None:
    message = (
        "timeout must be at most 300 s of an Express workflow, got 360 s; "
        "make it a Standard workflow, or split it"
    )
    six = cdk.Duration.minutes(6)
    refuses_steps(stack, message, Step("Do", call(stack)), express=True, timeout=six)


def test_refuses_a_step_of_an_express_workflow_beyond_5_minutes(stack: cdk.Stack) -> None:
    message = (
        "step 'Do' must be within the 300 s of an Express workflow, got 600 s; "
        "move it into the Standard workflow"
    )
    task = call(stack, timeout=cdk.Duration.minutes(10))
    refuses_steps(stack, message, Step("Do", task), express=True)


def test_refuses_less_time_than_the_steps_may_take(stack: cdk.Stack) -> None:
    task = call(stack, timeout=cdk.Duration.minutes(10))
    message = (
        "timeout must be at least 1800 s, what the steps and their compensations may take, got 1740 s; "
        "raise it or leave it out: an execution that runs out of time is not compensated"
    )
    steps = [Step("Do", task, compensation=task), Step("More", task)]
    refuses_steps(stack, message, *steps, timeout=cdk.Duration.minutes(29))


def test_refuses_work_that_is_no_path(stack: cdk.Stack) -> None:
    task = call(stack)
    message = (
        "idempotency_key_path must be a path into the execution's data, such as '$.order_id', got 'order_id'; "
        "write '$.order_id'"
    )
    refuses_steps(stack, message, Step("Do", task, compensation=task), idempotency_key_path="order_id")


def test_refuses_to_run_a_standard_workflow_as_an_express_one(stack: cdk.Stack) -> None:
    task = call(stack)
    inner = Workflow(stack, "Inner", steps=[Step("Do", task, compensation=task)])
    message = (
        "step 'Run' must be an Express workflow, got a Standard one; "
        "define it with express=True: Step Functions runs no other while somebody waits"
    )
    refuses_steps(stack, message, Step("Run", RunExpress(inner)))


def test_refuses_to_compensate_in_an_express_workflow(stack: cdk.Stack) -> None:
    task = call(stack)
    refuses_steps(stack, PLAIN, Step("Do", task, compensation=task), express=True)


@pytest.mark.parametrize("kind", ["approval", "wait in a list", "express in a list", "wait in a branch"])
def test_refuses_what_waits_in_an_express_workflow(stack: cdk.Stack, kind: str) -> None:
    wait = SendMessageWithTaskToken(sqs.Queue(stack, "Queue"), {}, timeout=MINUTE)
    inner = Workflow(stack, "Inner", steps=[Step("In", call(stack))], express=True)
    approval = HumanApproval(stack, "Approval", timeout=MINUTE)
    tasks: dict[str, Any] = {
        "approval": RequestApproval(approval, "Shall it?"),
        "wait in a list": ForEach("$.lines", wait),
        "express in a list": ForEach("$.lines", RunExpress(inner)),
        "wait in a branch": Parallel([[Step("A", wait)], [Step("B", call(stack))]]),
    }
    refuses_steps(stack, PLAIN, Step("Do", tasks[kind]), express=True)


@pytest.mark.parametrize("kind", ["step", "compensation", "branch"])
def test_refuses_a_list_in_a_standard_workflow(stack: cdk.Stack, kind: str) -> None:
    task = call(stack)
    each = ForEach("$.lines", task)
    steps = {
        "step": Step("Do", each),
        "compensation": Step("Do", task, compensation=each),
        "branch": Step("Both", Parallel([[Step("Do", each)], [Step("B", task)]])),
    }
    message = (
        "step 'Do' must be no ForEach in a Standard workflow, got one; "
        "run it in an Express workflow with RunExpress: each item is paid by transition here"
    )
    refuses_steps(stack, message, steps[kind])


@pytest.mark.parametrize(
    ("fifo", "group", "got"),
    [
        (True, None, "a FIFO queue and message_group_id=None"),
        (None, "$.a", "a standard queue and message_group_id='$.a'"),
    ],
)
def test_refuses_a_group_where_there_is_none(
    stack: cdk.Stack, fifo: Any, group: str | None, got: str
) -> None:
    message = (
        f"step 'Pay' must be a message_group_id for a FIFO queue, and for no other, got {got}; "
        "pass message_group_id='$.…', or another queue"
    )
    queue = sqs.Queue(stack, "Queue", fifo=fifo)
    refuses_steps(stack, message, Step("Pay", SendMessageWithTaskToken(queue, {}, message_group_id=group)))


def test_refuses_a_wait_that_is_shorter_than_the_work(stack: cdk.Stack) -> None:
    failed = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Failed"), max_receive_count=3)
    hidden = cdk.Duration.minutes(6)
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=failed, visibility_timeout=hidden)
    message = (
        "step 'Pay' must be a wait of at least 1080 s, what all receives of a message may take, got 900 s; "
        "raise its timeout or leave it out: a worker that reports later is not heard"
    )
    wait = SendMessageWithTaskToken(queue, {}, timeout=cdk.Duration.minutes(15))
    refuses_steps(stack, message, Step("Pay", wait))


TASKS: list[tuple[str, Any, str]] = [
    (
        "heartbeat",
        lambda stack: SendMessageWithTaskToken(
            sqs.Queue(stack, "Queue"), {}, timeout=MINUTE, heartbeat=MINUTE
        ),
        "step 'Do' must be a heartbeat shorter than the timeout of 60 s, got 60 s; shorten it, or leave it out",
    ),
    (
        "timeout of an imported function",
        lambda stack: Invoke(
            lambda_.Function.from_function_arn(
                stack, "Theirs", "arn:aws:lambda:eu-west-1:111122223333:function:x"
            )
        ),
        "step 'Do' must be given the timeout of its imported function, got None; pass Invoke(…, timeout=…)",
    ),
    (
        "one branch",
        lambda stack: Parallel([[Step("A", call(stack))]]),
        "step 'Do' must be two or more branches, each with a step, got fewer; "
        "give Parallel([[Step(…)], [Step(…)]])",
    ),
    (
        "no condition",
        lambda stack: Choice([Step("A", call(stack))]),
        "step 'Do' must be at least one route with a condition, got none; give Choice([Step(…, when=…), …])",
    ),
    (
        "otherwise in the middle",
        lambda stack: Choice(
            [Step("A", call(stack), when=LARGE), Step("B", call(stack)), Step("C", call(stack))]
        ),
        "step 'Do' must be routes of which only the last has no when, got 'B'; "
        "give it when=…, or move it to the end",
    ),
    (
        "no time",
        lambda _: Wait(cdk.Duration.seconds(0)),
        "step 'Do' time in seconds must be between 1 and 31536000, got 0; a workflow runs for a year at most",
    ),
    (
        "no path",
        lambda _: Wait(MINUTE, until="ship_at"),
        "step 'Do' until must be a path into the execution's data, such as '$.ship_at', got 'ship_at'; "
        "write '$.ship_at'",
    ),
    (
        "service in camel case",
        lambda _: CallAwsService("S3", "PutObject", ["arn:aws:s3:::b/*"]),
        "step 'Do' must be a service in lower case and an action in camel case, got S3:PutObject; "
        "write it as in 'arn:aws:states:::aws-sdk:s3:putObject'",
    ),
    (
        "no resource",
        lambda _: CallAwsService("s3", "putObject", []),
        "step 'Do' iam_resources must be at least one ARN, got none; name the ARNs that the call acts on",
    ),
    (
        "a call whose parameters decide",
        lambda _: CallAwsService("dynamodb", "transactWriteItems", ["arn:aws:dynamodb:eu-west-1:1:table/t"]),
        "step 'Do' iam_actions must be given for transactWriteItems, whose parameters decide what IAM checks, "
        "got none; name what the call does, such as 'dynamodb:PutItem'",
    ),
    (
        "a state that leads on",
        lambda _: CustomState({"Type": "Pass", "Next": "Elsewhere"}),
        "step 'Do' Next must be left out, got 'Elsewhere'; the workflow leads on, and to compensations",
    ),
    (
        "a state of another type",
        lambda _: CustomState({"Type": "Succeed"}),
        "step 'Do' Type must be one of Map, Parallel, Pass, Task, Wait, got 'Succeed'; "
        "use Choice for a choice; the workflow ends by itself",
    ),
    (
        "a task without an end",
        lambda _: CustomState({"Type": "Task", "Resource": "arn:aws:states:::sns:publish"}),
        "step 'Do' timeout must be given for a task, got None; "
        "set TimeoutSeconds, or pass CustomState(…, timeout=…)",
    ),
]


@pytest.mark.parametrize(("task", "message"), [each[1:] for each in TASKS], ids=[each[0] for each in TASKS])
def test_refuses_a_task_that_cannot_work(stack: cdk.Stack, task: Callable[..., Any], message: str) -> None:
    refuses_steps(stack, message, Step("Do", task(stack)))


def test_refuses_more_items_at_once_than_step_functions_runs(stack: cdk.Stack) -> None:
    message = (
        "step 'Line' max_concurrency must be between 1 and 40, got 41; "
        "split the list over several Express workflows"
    )
    each = replace(ForEach("$.lines", call(stack)), max_concurrency=41)
    refuses_steps(stack, message, Step("Line", each), express=True)


def test_refuses_to_wait_for_a_standard_workflow(stack: cdk.Stack) -> None:
    task = call(stack)
    saga = Workflow(stack, "Saga", steps=[Step("Do", task, compensation=task)])
    message = "express must be True, got False; use grant_start, or define it with express=True"
    refuses(message, lambda: saga.grant_start_sync(saga))
