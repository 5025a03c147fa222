"""What CDK has just written, for the plugins that judge it."""

import aws_cdk as cdk

from wellmade.graph import Graph, load


def synthesized(context: cdk.IPolicyValidationContext) -> Graph:
    """Return all stacks of the app, those in stages too.

    Args:
        context: The app, as CDK hands it to a plugin.

    Raises:
        WellmadeError: If a template cannot be read, with file and line.
    """
    app = cdk.Stage.of(context.app_construct)
    return load([app.outdir] if app else context.template_paths)
