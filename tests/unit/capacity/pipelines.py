"""Pipelines described once, given both as a template with a capacity file and as a simulation."""

import json
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from tests.unit.capacity.simulation import Arrivals, Simulation, Stage
from wellmade.capacity.build import build
from wellmade.capacity.report import Report
from wellmade.capacity.workload import read_workload
from wellmade.graph import load


@dataclass(frozen=True)
class Link:
    """A queue or stream with its function; each hands `gain` messages for each of its own to the next one."""

    name: str
    batch: int = 10
    seconds: float = 0.5
    each: float = 0.05
    reserved: int | None = 5
    maximum: int | None = None
    failures: float = 0.0
    receives: int = 3
    shards: int | None = None
    parallel: int = 1
    groups: int | None = None
    gain: float = 1.0
    call_limit: float | None = None
    connections: int | None = None
    alarm: float | None = None


@dataclass(frozen=True)
class Pipeline:
    """Links one after the other (or side by side, all fed alike), with what arrives at the first."""

    links: tuple[Link, ...]
    rate: float
    peak: float = 1.0
    hours: float = 0.0
    pool: int = 1000
    parallel: bool = False

    def times(self, multiple: float) -> "Pipeline":
        """Return the same with a multiple of the load."""
        return replace(self, rate=self.rate * multiple)

    def report(self, folder: Path) -> Report:
        """Return what the library says."""
        (folder / "pipeline.json").write_text(json.dumps(self.template()))
        (folder / "capacity.yaml").write_text(json.dumps(self.capacity()))
        return Report(build(load([folder / "pipeline.json"]), read_workload(folder / "capacity.yaml")), 1.0)

    def template(self) -> dict[str, Any]:
        resources: dict[str, Any] = {}
        for index, link in enumerate(self.links):
            following = None if self.parallel else next(iter(self.links[index + 1 :]), None)
            resources |= _resources(link, following)
        return {"Resources": resources}

    def capacity(self) -> dict[str, Any]:
        entries = self.links if self.parallel else self.links[:1]
        arrival: dict[str, Any] = {"per_second": self.rate}
        if self.hours:
            arrival["peak"] = {"multiple": self.peak, "hours": self.hours}
        return {
            "account": {"concurrency": self.pool, "keep_free": 0},
            "arrivals": {f"{link.name}Source": arrival for link in entries},
            "functions": {link.name: _runs(self, index) for index, link in enumerate(self.links)},
            "sources": {f"{link.name}Source": {"groups": link.groups} for link in self.links if link.groups},
            "databases": {
                f"{link.name}Proxy": {"connections": link.connections}
                for link in self.links
                if link.connections
            },
            "limits": {f"{link.name}-service": link.call_limit for link in self.links if link.call_limit},
        }

    def simulation(self) -> Simulation:
        reserved = sum(link.reserved or 0 for link in self.links)
        room = {"pool": self.pool - reserved}
        stages = []
        for index, link in enumerate(self.links):
            following = None if self.parallel or index + 1 == len(self.links) else self.links[index + 1].name
            stages.append(_stage(link, following, room))
        until = self.hours * 3600
        entries = self.links if self.parallel else self.links[:1]
        arrivals = [Arrivals(link.name, self.rate, self.rate * self.peak, until) for link in entries]
        return Simulation(stages, arrivals, room)


def _stage(link: Link, following: str | None, room: dict[str, int]) -> Stage:
    limits = []
    for kind, most in (("own", link.reserved), ("source", link.maximum), ("proxy", link.connections)):
        if most is not None:
            room[f"{link.name} {kind}"] = most
            limits.append(f"{link.name} {kind}")
    if link.reserved is None:
        limits.append("pool")
    return Stage(
        link.name,
        link.batch,
        link.seconds,
        link.each,
        tuple(limits),
        failures=link.failures,
        receives=link.receives,
        lanes=link.shards or link.groups or 1,
        lane_limit=link.parallel if link.shards else 1 if link.groups else inf,
        calls=1.0 if link.call_limit else 0.0,
        call_rate=link.call_limit or inf,
        next=((following, link.gain),) if following else (),
    )


def _runs(pipeline: Pipeline, index: int) -> dict[str, Any]:
    link = pipeline.links[index]
    calls: dict[str, float] = {}
    if not pipeline.parallel and index + 1 < len(pipeline.links):
        calls[f"{pipeline.links[index + 1].name}Source"] = link.gain
    if link.call_limit:
        calls[f"{link.name}-service"] = 1
    runs: dict[str, Any] = {"seconds": link.seconds, "seconds_per_item": link.each, "calls": calls}
    return runs | ({"failures": link.failures} if link.failures else {})


def _resources(link: Link, following: Link | None) -> dict[str, Any]:
    name = link.name
    function: dict[str, Any] = {"Timeout": 900, "Role": {"Fn::GetAtt": [f"{name}Role", "Arn"]}}
    variables: dict[str, Any] = {}
    if link.reserved is not None:
        function["ReservedConcurrentExecutions"] = link.reserved
    statements = []
    if following:
        action = "kinesis:PutRecord" if following.shards else "sqs:SendMessage"
        target = {"Fn::GetAtt": [f"{following.name}Source", "Arn"]}
        statements.append({"Effect": "Allow", "Action": action, "Resource": target})
    resources: dict[str, Any] = {}
    if link.connections:
        variables["DATABASE"] = {"Fn::GetAtt": [f"{name}Proxy", "Endpoint"]}
        resources[f"{name}Proxy"] = {"Type": "AWS::RDS::DBProxy", "Properties": {}}
    function["Environment"] = {"Variables": variables}
    policy = {"PolicyName": "next", "PolicyDocument": {"Statement": statements}}
    resources |= {
        f"{name}Source": _source(link),
        f"{name}Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": _mapping(link)},
        name: {"Type": "AWS::Lambda::Function", "Properties": function},
        f"{name}Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}},
    }
    return resources | ({f"{name}Age": _alarm(link)} if link.alarm else {})


def _source(link: Link) -> dict[str, Any]:
    if link.shards:
        return {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": link.shards}}
    redrive = {
        "maxReceiveCount": link.receives,
        "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:dead",
    }
    properties: dict[str, Any] = {"RedrivePolicy": redrive, "VisibilityTimeout": 3600}
    if link.groups:
        properties["FifoQueue"] = True
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _mapping(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {
        "FunctionName": {"Ref": link.name},
        "EventSourceArn": {"Fn::GetAtt": [f"{link.name}Source", "Arn"]},
        "BatchSize": link.batch,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    if link.shards:
        found["ParallelizationFactor"] = link.parallel
    if link.maximum or (link.reserved and not link.shards):
        found["ScalingConfig"] = {"MaximumConcurrency": link.maximum or link.reserved}
    return found


def _alarm(link: Link) -> dict[str, Any]:
    dimension = {"Name": "QueueName", "Value": {"Fn::GetAtt": [f"{link.name}Source", "QueueName"]}}
    properties = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Threshold": link.alarm,
        "Dimensions": [dimension],
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
