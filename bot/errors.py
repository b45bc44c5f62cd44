"""The errors Airquote raises, all below one base class.

AirquoteError
├── TranscriptError     a file cannot be read as a transcript
├── ConfigError         a setting is wrong or missing
├── CacheError          a stored index is damaged
├── StoreError          the database cannot be used
├── UnreachableError    a chat platform does not answer just now
├── BusyError           the port is another process' just now
├── PostError           a message was not posted, or nobody knows; see `bot.posting`
└── EvaluationError     a file of queries cannot be used
"""


class AirquoteError(Exception):
    """Something a person can mend.

    `subject` is what it is about (a path, a setting's name), `reason` says what is wrong and
    `remedy` what to do; the message is composed of them.
    """

    def __init__(self, subject: str, reason: str, remedy: str = "") -> None:
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{subject}: {reason}" + (f" {remedy}" if remedy else ""))


class TranscriptError(AirquoteError):
    """A transcript or lexicon cannot be read; `line` counts from 1 where it is known."""

    def __init__(
        self, subject: str, reason: str, remedy: str = "", line: int | None = None
    ) -> None:
        self.line = line
        super().__init__(subject, reason, remedy)


class ConfigError(AirquoteError):
    """A setting is wrong or missing."""


class CacheError(AirquoteError):
    """A stored index is damaged or was written by something else."""


class StoreError(AirquoteError):
    """The database is damaged, locked, out of reach or too new; never says its password."""


class UnreachableError(AirquoteError):
    """A chat platform does not answer, or not as it should; it may do so later."""


class BusyError(AirquoteError):
    """A port is another process'; it may be free later."""


class EvaluationError(AirquoteError):
    """A file of queries or its answers cannot be used."""
