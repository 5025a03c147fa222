"""The report of the worst way in which the conditions of the templates can hold."""

from math import inf

from wellmade.capacity.build import build
from wellmade.capacity.deployed import MOST, said, with_settings, worlds_of
from wellmade.capacity.report import Report
from wellmade.capacity.workload import Workload
from wellmade.errors import WellmadeError
from wellmade.graph import Graph, World

_ORDER = ("breaks", "unknown", "holds")


def worst(graph: Graph, workload: Workload, multiple: float) -> Report:
    """Judge the templates in each way in which their conditions can hold, and return the worst report.

    Raises:
        WellmadeError: If the capacity file means nothing in any of them.
    """
    stated = with_settings(graph, workload)
    worlds = worlds_of(stated)
    if worlds is None:
        report = Report(build(graph, workload), multiple)
        report.model.unknown.append(
            f"which conditions hold: they decide the answer in more than {MOST} ways; say conditions.<name>"
        )
        return report
    reports: list[tuple[World, Report]] = []
    refused: list[WellmadeError] = []
    for world, there in worlds:
        try:
            reports.append((world, Report(build(there, workload), multiple)))
        except WellmadeError as error:
            refused.append(error)
    if not reports:
        raise refused[0]
    world, report = min(reports, key=lambda one: _badness(one[1], of_many=len(reports) > 1))
    if world:
        report.model.assumptions.append(
            f"conditions: {said(world)}, the worst of {len(worlds)} ways (say conditions.<name>)"
        )
    report.model.left_out.extend((f"another way for conditions to hold: {error}", "it is not judged")
                                 for error in refused)  # fmt: skip
    return report


def _badness(report: Report, *, of_many: bool) -> tuple[int, float]:
    return _ORDER.index(report.verdict), report.breaks_at if of_many else inf
