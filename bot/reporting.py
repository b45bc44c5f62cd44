"""What long work tells meanwhile to whoever waits for it."""

from collections.abc import Callable

Notice = Callable[[str], None]
"""Told a sentence for the person in front of it."""

Steps = Callable[[int, int], None]
"""Told how much is done and how much there is."""

Progress = Callable[[str, int, int], None]
"""Told the same, and before it what is being done."""


def ignore(*_: object) -> None:
    """Tell nobody."""
