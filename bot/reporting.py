"""Callbacks through which long work reports to whoever waits for it."""

from collections.abc import Callable

Notice = Callable[[str], None]
"""Called with a sentence for the person who waits."""

Steps = Callable[[int, int], None]
"""Called with the number of steps done and the total."""

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, the number of steps done and the total."""


def ignore(*_: object) -> None:
    """Report to nobody."""
