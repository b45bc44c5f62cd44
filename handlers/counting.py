"""What libraries say only in their logs, counted."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def counting(loggers: Iterable[str], phrase: str, count: Callable[[], object]) -> Iterator[None]:
    """Count the warnings of a library's loggers that hold a phrase, whether shown or not."""
    root, logs = logging.getLogger(), [logging.getLogger(name) for name in loggers]
    levels = [log.level for log in logs]

    def see(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING and phrase in str(record.msg):
            count()
        return record.levelno >= root.level

    for log in logs:
        log.addFilter(see)
        log.setLevel(min(root.getEffectiveLevel(), logging.WARNING))
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.removeFilter(see)
            log.setLevel(level)
