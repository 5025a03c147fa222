"""What CDK has just written, for the plugins that judge it."""

from pathlib import Path

import aws_cdk as cdk

from wellmade.graph import Graph, load


def written(context: cdk.IPolicyValidationContext) -> list[Path]:
    """Return where all stacks of the app were written, those in stages too.

    Args:
        context: The app, as CDK hands it to a plugin.
    """
    app = cdk.Stage.of(context.app_construct)
    return [Path(each) for each in ([app.outdir] if app else context.template_paths)]


def synthesized(context: cdk.IPolicyValidationContext) -> Graph:
    """Return all stacks of the app, those in stages too.

    Args:
        context: The app, as CDK hands it to a plugin.

    Raises:
        WellmadeError: If a template cannot be read, with file and line.
    """
    return load(written(context))
