"""pytest in a process of its own, as somebody else's project starts it."""

import os
import subprocess
import sys
from pathlib import Path

PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin,wellmade.testing.plugin"}
"""Only these: those that our own tests need besides take three quarters of the processor's time of a start."""


def run_pytest(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a folder, with nothing that this pytest or an account of AWS has set.

    Args:
        folder: Where it is started.
        arguments: What is given to it.
        variables: What is set besides.
    """
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "AWS_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**alone, **PLUGINS, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
