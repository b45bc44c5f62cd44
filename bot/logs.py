"""What is logged: a line for each record, with nothing in it that nobody may read.

The only home of structlog. Modules log with `logging.getLogger(__name__)` and put their facts in
`extra`; what libraries log goes the same way.
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

# Below this level, the libraries of chat platforms and databases log what people write.
_LIBRARY_LEVEL = logging.INFO
_OWN_LOGGERS = ("bot", "handlers")

_HIDDEN = "[redacted]"
_REFERENCE = "Reference: "
# A secret that is as short as a word would take that word out of every line.
_SHORTEST_SECRET = 6
# As in a path, in JSON that escapes slashes, and in a form. Without bounds, here and below, a text
# made for that would take seconds.
_SLASH = r"(?:\\{0,8}/|%2[Ff])"
# In JSON, quotes may have backslashes before them, which belong to no value.
_QUOTE = r"\\{0,8}[\"']"
_VALUE = rf"(?:(?!{_QUOTE})[^\s&<>])+"
_TAIL = rf"(?:{_SLASH}|[^\s\"'<>\\/])+"
_PATTERNS = [
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        # Tokens: Slack's, then Discord's.
        (r"(?:xox[a-z]|xapp)-[\w-]+", _HIDDEN),
        (r"[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}", _HIDDEN),
        # Tokens of where episodes are fetched from.
        (r"\b(?:gh[a-z]_|github_pat_|glpat-)[\w-]{16,}", _HIDDEN),
        (
            rf"(?i)(\bauthorization(?:{_QUOTE})?\s*[:=]\s*(?:{_QUOTE})?\w+\s+){_VALUE}",
            rf"\1{_HIDDEN}",
        ),
        # Passwords, which are no port before a path; in an address of git, a token stands alone in
        # their place.
        (r"(://[^\s/:@\"'<>]{0,256}):(?!\d{1,5}/)[^\s\"'<>]{0,1024}@", rf"\1:{_HIDDEN}@"),
        (rf"(?i)(https?(?::|%3A){_SLASH}{_SLASH})[^\s/\\:@\"'<>]{{1,1024}}@", rf"\1{_HIDDEN}@"),
        (
            rf"(?i)((?:password|passwd|pwd)(?:=|{_QUOTE}:\s*)(?:{_QUOTE})?){_VALUE}",
            rf"\1{_HIDDEN}",
        ),
        # Whoever knows these addresses can write where they lead to.
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
    """Log from now on to a stream, standard error if none is given: JSON unless it is a terminal.

    `level` is that of our own records; others are never logged below INFO. `secrets` are hidden
    wherever they turn up, tracebacks and unexpected errors included.
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
    # At INFO, they say at every start and at every tick that there is nothing to do.
    for name in ("alembic", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def make_redactor(secrets: Iterable[str] = ()) -> Redactor:
    """Make what hides tokens, passwords, addresses that are keys, and some secrets in a text."""
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
    """Make a short name under which something can be found in the log."""
    return token_hex(4)


def reference_of(error: BaseException) -> str:
    """Give an error the reference that its traceback ends with, the same each time it is asked."""
    notes: list[str] = getattr(error, "__notes__", [])
    given = (note.removeprefix(_REFERENCE) for note in notes if note.startswith(_REFERENCE))
    reference = next(given, "")
    if not reference:
        reference = new_reference()
        error.add_note(f"{_REFERENCE}{reference}")
    return reference


def make_pseudonymizer() -> Pseudonymizer:
    """Make what names people, by all that tells them apart, so that nobody is known by it.

    The names are the same only as long as this process runs: their key is nowhere else.
    """
    key = token_bytes(16)

    def name(*parts: str) -> str:
        named = "\0".join(parts).encode("utf-8", "surrogatepass")
        return blake2b(named, key=key, digest_size=4).hexdigest()

    return name


class _RedactingFormatter(logging.Formatter):
    """Hides in what another formatter makes of a record, tracebacks too, what nobody may read."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes records; of one that cannot be written it tells only where it comes from."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, logging's own name
        facts = {"name": record.name, "levelno": logging.ERROR, "levelname": "ERROR"}
        substitute = logging.makeLogRecord({**facts, "msg": "A record cannot be written."})
        with suppress(OSError, ValueError):
            self.stream.write(self.format(substitute) + self.terminator)


def _render(readable: bool) -> logging.Formatter:
    """Make what renders records, as lines for people or as JSON."""
    # Loaded here, as it brings Rich, of which the core knows nothing.
    from structlog.dev import ConsoleRenderer, plain_traceback
    from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
    from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name

    # Not Rich's tracebacks, which show variables and break lines within a word.
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
    """Write a secret in the ways in which it may turn up."""
    as_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return {secret, repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret), *as_json}


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("An unexpected error ends this.", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
