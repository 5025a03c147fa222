"""`wellmade local console`: one page that shows what is in the embedded AWS."""

from wellmade.local.console.command import add_arguments, run

__all__ = ["add_arguments", "run"]
