"""The errors Airquote raises, all below one base class.

AirquoteError
├── TranscriptError     a file cannot be read as a transcript
├── ConfigError         a setting is wrong or missing
├── CacheError          a stored index is damaged
├── StoreError          the database cannot be used
├── EngineError         the search engine cannot be used
├── UnreachableError    a chat platform does not answer right now
├── BusyError           another process is using the port
├── PostError           a message was not posted, or may not have been
└── EvaluationError     a file of queries cannot be used
"""


class AirquoteError(Exception):
    """An error that a person can fix.

    `subject` names what it is about (a path, a setting), `reason` says what is wrong and `remedy`
    what to do; together they form the message.
    """

    def __init__(self, subject: str, reason: str, remedy: str = "") -> None:
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{subject}: {reason}" + (f" {remedy}" if remedy else ""))


class TranscriptError(AirquoteError):
    """A transcript or lexicon cannot be read; `line`, if known, counts from 1."""

    def __init__(
        self, subject: str, reason: str, remedy: str = "", line: int | None = None
    ) -> None:
        self.line = line
        super().__init__(subject, reason, remedy)


class ConfigError(AirquoteError):
    """A setting is wrong or missing."""


class CacheError(AirquoteError):
    """A stored index is damaged, or another program wrote it."""


class StoreError(AirquoteError):
    """The database is damaged, locked, unreachable or too new; the message hides its password."""


class EngineError(AirquoteError):
    """The search engine cannot be used; the message hides its password."""


class UnreachableError(AirquoteError):
    """A chat platform does not answer properly right now; a later attempt may succeed."""


class BusyError(AirquoteError):
    """Another process is using a port, which may be free later."""


class EvaluationError(AirquoteError):
    """A file of queries, or of their answers, cannot be used."""
