"""Logging: one line for each record, with secrets removed.

The only home of structlog. Modules log with `logging.getLogger(__name__)` and put their facts in
`extra`; records of libraries take the same path.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from secrets import token_bytes, token_hex
from types import TracebackType
from typing import TextIO
from urllib.parse import quote, quote_plus

Redactor = Callable[[str], str]
Pseudonymizer = Callable[..., str]

# Below this level, chat and database libraries log what people write.
_LIBRARY_LEVEL = logging.INFO
_OWN_LOGGERS = ("bot", "handlers")

_HIDDEN = "[redacted]"
_REFERENCE = "Reference: "
# Hiding a secret as short as a word would remove that word from every line.
_SHORTEST_SECRET = 6
# As in a path, in JSON with escaped slashes, and in a form. The bounds, here and below, keep
# hostile text from taking seconds.
_SLASH = r"(?:\\{0,8}/|%2[Ff])"
# In JSON, backslashes may precede a quote; they are not part of the value.
_QUOTE = r"\\{0,8}[\"']"
_VALUE = rf"(?:(?!{_QUOTE})[^\s&<>])+"
_TAIL = rf"(?:{_SLASH}|[^\s\"'<>\\/])+"
_PATTERNS = [
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        # Tokens of Slack, then of Discord.
        (r"(?:xox[a-z]|xapp)-[\w-]+", _HIDDEN),
        (r"[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}", _HIDDEN),
        # Tokens of GitHub and GitLab, from which episodes are fetched.
        (r"\b(?:gh[a-z]_|github_pat_|glpat-)[\w-]{16,}", _HIDDEN),
        (
            rf"(?i)(\bauthorization(?:{_QUOTE})?\s*[:=]\s*(?:{_QUOTE})?\w+\s+){_VALUE}",
            rf"\1{_HIDDEN}",
        ),
        # Passwords in addresses, but not a port before a path; a git address may have only a token.
        (r"(://[^\s/:@\"'<>]{0,256}):(?!\d{1,5}/)[^\s\"'<>]{0,1024}@", rf"\1:{_HIDDEN}@"),
        (rf"(?i)(https?(?::|%3A){_SLASH}{_SLASH})[^\s/\\:@\"'<>]{{1,1024}}@", rf"\1{_HIDDEN}@"),
        (
            rf"(?i)((?:password|passwd|pwd)(?:=|{_QUOTE}:\s*)(?:{_QUOTE})?){_VALUE}",
            rf"\1{_HIDDEN}",
        ),
        # Addresses that let anyone who knows them post.
        (rf"(hooks\.slack(?:-gov)?\.com{_SLASH}){_TAIL}", rf"\1{_HIDDEN}"),
        (
            rf"({_SLASH}(?:actions|commands|services|triggers|workflows){_SLASH})"
            rf"[TE][A-Z0-9]+{_SLASH}{_TAIL}",
            rf"\1{_HIDDEN}",
        ),
        (rf"({_SLASH}(?:webhooks|interactions){_SLASH})\d+{_SLASH}{_TAIL}", rf"\1{_HIDDEN}"),
        (r"([?&]ticket=)[^\s&\"'<>]+", rf"\1{_HIDDEN}"),
    )
]

_log = logging.getLogger(__name__)


def configure_logs(
    level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Log to a stream, by default standard error: as JSON unless it is a terminal.

    `level` applies to our own records; those of libraries start at INFO. `secrets` are hidden
    everywhere, also in tracebacks.
    """
    stream = stream or sys.stderr
    handler = _Handler(stream)
    handler.setFormatter(_RedactingFormatter(_render(stream.isatty()), make_redactor(secrets)))
    root = logging.getLogger()
    for each in root.handlers[:]:
        root.removeHandler(each)
    root.addHandler(handler)
    root.setLevel(max(logging.getLevelNamesMapping()[level], _LIBRARY_LEVEL))
    for name in _OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    # At INFO, they report at every start, tick or request that there is nothing to do.
    for name in ("alembic", "apscheduler", "mcp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def make_redactor(secrets: Iterable[str] = ()) -> Redactor:
    """Return a function that hides tokens, passwords, webhook addresses and `secrets` in a text."""
    long = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    forms = sorted(
        {form for secret in long for form in _encodings_of(secret)}, key=len, reverse=True
    )
    exact = re.compile("|".join(map(re.escape, forms)) or r"(?!)")

    def redact(text: str) -> str:
        text = exact.sub(_HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    return redact


def new_reference() -> str:
    """Return a short random id under which something can be found in the log."""
    return token_hex(4)


def reference_of(error: BaseException) -> str:
    """Return the reference at the end of an error's traceback; add one the first time."""
    notes: list[str] = getattr(error, "__notes__", [])
    given = (note.removeprefix(_REFERENCE) for note in notes if note.startswith(_REFERENCE))
    reference = next(given, "")
    if not reference:
        reference = new_reference()
        error.add_note(f"{_REFERENCE}{reference}")
    return reference


def make_pseudonymizer() -> Pseudonymizer:
    """Return a function that turns the parts of a person's identity into a pseudonym.

    Pseudonyms last as long as the process, as their random key is stored nowhere.
    """
    key = token_bytes(16)

    def name(*parts: str) -> str:
        named = "\0".join(parts).encode("utf-8", "surrogatepass")
        return blake2b(named, key=key, digest_size=4).hexdigest()

    return name


class _RedactingFormatter(logging.Formatter):
    """Hides secrets in the output of another formatter, tracebacks included."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes records; of one that cannot be written, only the name of its logger."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, logging's own name
        facts = {"name": record.name, "levelno": logging.ERROR, "levelname": "ERROR"}
        substitute = logging.makeLogRecord({**facts, "msg": "A record cannot be written."})
        with suppress(OSError, ValueError):
            self.stream.write(self.format(substitute) + self.terminator)


def _render(readable: bool) -> logging.Formatter:
    """Return the formatter of records: lines for people, or JSON."""
    # Imported late, as it loads Rich, which the core does not need.
    from structlog.dev import ConsoleRenderer, plain_traceback
    from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
    from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name

    # Rich's tracebacks would show variables and break lines within words.
    people = [ConsoleRenderer(colors=False, exception_formatter=plain_traceback)]
    programs = [format_exc_info, JSONRenderer()]
    return ProcessorFormatter(
        foreign_pre_chain=[
            ExtraAdder(),
            add_log_level,
            add_logger_name,
            TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            *(people if readable else programs),
        ],
    )


def _encodings_of(secret: str) -> set[str]:
    """Return the forms in which a secret may appear: as is, in JSON, in Python, in an address."""
    as_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return {secret, repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret), *as_json}


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("Stopped by an unexpected error.", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
