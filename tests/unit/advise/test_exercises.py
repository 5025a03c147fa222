"""The exercises of the documents: what is asked there is answered here, as they argue."""

import re
from pathlib import Path

import pytest

from wellmade.advise import Advice, advise, read_workloads

FOLDER = Path(__file__).parent / "exercises"
FILES = sorted(FOLDER.glob("*.yaml"))
EXPECTED = re.compile(r"^# expect(?: (?P<part>\w+))?: (?P<choices>.+)$", re.MULTILINE)


def advice_of(file: Path) -> dict[str, Advice]:
    found = [advise(workload, "us-east-1") for workload in read_workloads(file)]
    return {advice.workload.name: advice for advice in found}


def expected_of(file: Path) -> dict[str, dict[str, str]]:
    """Return the choices that the comment of a file names, by part; one that is refused is `nothing`."""
    found = {}
    for match in EXPECTED.finditer(file.read_text()):
        pairs = [one.split() for one in match["choices"].split(", ")]
        found[match["part"] or file.stem] = {pair[0]: pair[1] for pair in pairs}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_answered_as_the_documents_argue(file: Path) -> None:
    answered = {
        name: {one.question.name: advice.chosen(one.question.name) or "nothing" for one in advice.answers}
        for name, advice in advice_of(file).items()
    }
    expected = expected_of(file)
    assert {
        name: {question: answered[name].get(question) for question in each} for name, each in expected.items()
    } == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_argued_in_a_comment(file: Path) -> None:
    comment = [line for line in file.read_text().splitlines() if line.startswith("# ")]
    assert expected_of(file)
    assert len(" ".join(line for line in comment if "expect" not in line)) > 100


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_other_option_has_a_reason(file: Path) -> None:
    for advice in advice_of(file).values():
        for answer in advice.answers:
            assert all(answer.why_not(one) for one in answer.others)
