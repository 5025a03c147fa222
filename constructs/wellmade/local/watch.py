"""`wellmade local watch`: deploy a function's code again as soon as a file of it is saved."""

import argparse
import ast
import contextlib
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from wellmade.console import err, out
from wellmade.errors import WellmadeError
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.archives import Archive, find_sources
from wellmade.local.deployed import deployed
from wellmade.local.described import template_of
from wellmade.local.here import the_cloud
from wellmade.local.server import LocalCloud, running

PAUSE = 0.1
"""Seconds between two looks at the files."""


@dataclass
class Watched:
    """A function whose archive has files of this project."""

    logical_id: str
    name: str
    bucket: str
    archive: Archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `wellmade local watch`."""
    parser.epilog = (
        "It runs until Ctrl-C, or until the embedded AWS ends. It deploys the code of functions alone:\n"
        "after a change of the app, of dependencies or of code that is built (TypeScript), run:\n"
        "  wellmade local up"
    )


def run(_args: argparse.Namespace) -> int:
    """Watch the functions that are deployed from this folder."""
    cloud = the_cloud()
    watched, others = functions(cloud)
    if not watched:
        raise WellmadeError(
            "no function is made of files of this folder as they are; deploy changes with: wellmade local up"
        )
    files = {path for each in watched for path in each.archive.sources.values()}
    out.print(f"Watching {len(files)} files of {len(watched)} functions; Ctrl-C ends it", markup=False)
    if others:
        names = ", ".join(others)
        err.print(
            f"wellmade: not watched, since their code is built or in the template: {names}", markup=False
        )
    with contextlib.suppress(EndpointConnectionError):  # it may end while something is deployed
        _follow(cloud, watched)
    err.print("wellmade: the embedded AWS has ended")
    return 0


def functions(cloud: LocalCloud) -> tuple[list[Watched], list[str]]:
    """Return the functions that can be watched, and the logical ids of the others."""
    found = dict(_archives(cloud))
    every = [each for each in deployed(cloud) if each.type == "AWS::Lambda::Function"]
    watched = [
        Watched(each.logical_id, each.physical_id, *found[each.stack, each.logical_id])
        for each in every
        if (each.stack, each.logical_id) in found
    ]
    find_sources((each.archive for each in watched), cloud.state_dir.parent)
    some = [each for each in watched if each.archive.sources]
    ids = {each.logical_id for each in some}
    return some, sorted(each.logical_id for each in every if each.logical_id not in ids)


def _archives(cloud: LocalCloud) -> Iterator[tuple[tuple[str, str], tuple[str, Archive]]]:
    """Yield bucket and archive of each function that has one, by stack and logical id."""
    s3 = cloud.client("s3")
    for stack in {each.stack for each in deployed(cloud)}:
        for logical_id, resource in template_of(cloud, stack)["Resources"].items():
            code = resource.get("Properties", {}).get("Code", {})
            if resource["Type"] != "AWS::Lambda::Function" or not isinstance(code.get("S3Key"), str):
                continue
            bucket = _text(code.get("S3Bucket"))
            try:
                data = s3.get_object(Bucket=bucket, Key=code["S3Key"])["Body"].read()
            except ClientError:
                continue  # it is named as not watched
            yield (stack, logical_id), (bucket, Archive.read(data))


def _text(value: Any) -> str:
    """Return a bucket's name as CDK writes it: with the account and the region to be filled in."""
    said = value.get("Fn::Sub", "") if isinstance(value, dict) else value
    return str(said).replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _follow(cloud: LocalCloud, watched: Sequence[Watched]) -> None:
    while running(cloud.state_dir):
        for each in watched:
            began = time.monotonic()
            if changed := each.archive.refresh():
                _redeploy(cloud, each, changed, began)
        time.sleep(PAUSE)


def _redeploy(cloud: LocalCloud, function: Watched, changed: Sequence[str], began: float) -> None:
    what = f"{function.logical_id}: {', '.join(changed)}"
    if fault := _fault(function.archive, changed):
        err.print(f"{what}: not deployed: {fault}", markup=False)
        return
    deploy_code(cloud, function)
    out.print(f"{what}: deployed in {time.monotonic() - began:.2f} s", markup=False)


def _fault(archive: Archive, changed: Sequence[str]) -> str | None:
    """Return what is wrong with a file that Python cannot read; it is saved again when it is fixed."""
    for name in changed:
        if name.endswith(".py") and name in archive.content:
            try:
                ast.parse(archive.content[name])
            except SyntaxError as error:
                return f"line {error.lineno}: {error.msg}"
            except ValueError as error:
                return str(error)
    return None


def deploy_code(cloud: LocalCloud, function: Watched) -> None:
    """Give a function, and every alias of it, the code of its archive."""
    data = function.archive.packed()
    key = f"watch/{hashlib.sha256(data).hexdigest()[:32]}.zip"
    cloud.client("s3").put_object(Bucket=function.bucket, Key=key, Body=data)
    client = cloud.client("lambda")
    client.update_function_code(FunctionName=function.name, S3Bucket=function.bucket, S3Key=key)
    pages = client.get_paginator("list_aliases").paginate(FunctionName=function.name)
    aliases = [alias for page in pages for alias in page["Aliases"]]
    if aliases:
        version = client.publish_version(FunctionName=function.name)["Version"]
        for alias in aliases:
            client.update_alias(FunctionName=function.name, Name=alias["Name"], FunctionVersion=version)
