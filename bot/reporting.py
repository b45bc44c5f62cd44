"""How long work tells whoever waits for it what it is doing."""

from collections.abc import Callable

# Told what is being done, how much of it is done and how much there is.
Progress = Callable[[str, int, int], None]
# Told a sentence for the person in front of it.
Notice = Callable[[str], None]


def ignore(*_: object) -> None:
    """Tell nobody."""
