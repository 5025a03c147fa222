"""What CloudFormation makes of a SAM template, by AWS's own transform."""

import copy
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template

from wellmade.errors import WellmadeError
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.server import LocalCloud

logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of switches that only AWS has


def expanded(
    cloud: LocalCloud, file: Path, body: Mapping[str, Any], stack: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return the template with resources of CloudFormation alone.

    Raises:
        WellmadeError: If SAM does not take it, with its reasons.
    """
    known = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"}
    written = copy.deepcopy(dict(body))
    looked_up = _take_defaults_of_looked_up(written)
    values = {name: value for name, value in parameters.items() if name not in looked_up}
    given = {**known, "AWS::StackName": stack, **values}
    to_py27_compatible_template(written, given)  # as AWS does: ids of deployments hang on it
    session = boto3.Session(region_name=REGION)  # else it asks this machine's own configuration
    translator = Translator(None, Parser(), boto_session=session)
    try:
        made = translator.translate(
            written, parameter_values=given, get_managed_policy_map=lambda: _managed_policies(cloud)
        )
    except InvalidDocumentException as error:
        reasons = "; ".join(cause.message for cause in error.causes)
        raise WellmadeError(f"{file}: {reasons}") from error
    plain: dict[str, Any] = undo_mark_unicode_str_in_template(made)
    for name, default in looked_up.items():
        plain["Parameters"][name] |= default
    return plain


def _take_defaults_of_looked_up(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Take the defaults of parameters that are looked up: SAM takes their names for their values."""
    taken: dict[str, dict[str, Any]] = {}
    declared = body.get("Parameters")
    for name, parameter in declared.items() if isinstance(declared, dict) else ():
        if isinstance(parameter, dict) and str(parameter.get("Type")).startswith(
            "AWS::SSM::Parameter::Value<"
        ):
            taken[name] = {"Default": parameter.pop("Default")} if "Default" in parameter else {}
    return taken


def _managed_policies(cloud: LocalCloud) -> dict[str, str]:
    """Return the managed policies that functions may name without an ARN."""
    pages = cloud.client("iam").get_paginator("list_policies").paginate(Scope="AWS")
    return {policy["PolicyName"]: policy["Arn"] for page in pages for policy in page["Policies"]}
