"""The `airquote` command line."""

from handlers.cli.app import main

__all__ = ["main"]
