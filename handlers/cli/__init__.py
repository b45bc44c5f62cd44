"""The command line, `airquote`."""

from handlers.cli.app import main

__all__ = ["main"]
