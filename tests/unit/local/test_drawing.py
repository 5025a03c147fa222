"""How an execution is drawn."""

from wellmade.local.console.machines import drawing, progress

DEFINITION = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Work", "States": {"Work": {"Type": "Task", "End": True}}},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}],
            "Next": "Again",
        },
        "Tell": {"Type": "Fail"},
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.again", "BooleanEquals": True, "Next": "Each"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}


def test_states_stand_below_what_leads_to_them_first() -> None:
    drawn = drawing(DEFINITION, {"Work": "failed"})

    assert {node["name"]: (node["row"], node["state"]) for node in drawn["nodes"]} == {
        "Each": (0, ""),
        "Work": (1, "failed"),
        "Tell": (1, ""),
        "Again": (1, ""),
        "Done": (2, ""),
    }
    assert len({(node["row"], node["column"]) for node in drawn["nodes"]}) == 5
    assert {(each["from"], each["to"]): each["why"] for each in drawn["edges"]} == {
        ("Each", "Again"): "",
        ("Each", "Tell"): "error",
        ("Each", "Work"): "each",
        ("Again", "Done"): "otherwise",
        ("Again", "Each"): "if",
    }


def test_what_was_entered_and_not_left_failed_with_the_execution() -> None:
    events = [
        {"type": "MapStateEntered", "stateEnteredEventDetails": {"name": "Each"}},
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Work"}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Work"}},
    ]

    assert progress(events) == {"Each": "running", "Work": "done"}
    assert progress([*events, {"type": "ExecutionTimedOut"}]) == {"Each": "failed", "Work": "done"}
