"""Texts for people: all in the catalogue, and said in the reader's language everywhere."""

import ast
import re
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from bot.service.fair_threads import FairThreads
from bot.translations import (
    FOLDER,
    closest_language,
    format_date,
    format_number,
    gettext,
    join_names,
    language_spoken,
    languages,
    ngettext,
    speaking,
)
from tests.update_catalogue import catalogues, read_catalogue, texts_said

ROOT = Path(__file__).parents[1]
# Where people are answered. What only operators read, in a terminal or a log, is English.
SPOKEN = (
    "bot/translations.py",
    "bot/answers",
    "bot/posting",
    "bot/quotes/editing.py",
    "bot/quotes/lookup.py",
    "bot/quotes/models.py",
    "bot/quotes/reasons.py",
    "bot/quotes/wording.py",
    "bot/search/budget.py",
    "bot/search/filters.py",
    "bot/search/interpretation.py",
    "bot/search/labels.py",
    "bot/search/mentions.py",
    "bot/search/phrasing.py",
    "bot/search/query.py",
    "bot/service",
    "bot/weekly",
    "handlers/cli/render.py",
    "handlers/discord",
    "handlers/mcp/results.py",
    "handlers/slack",
)
# Modules in these places that say nothing in a chat: words to look for, what operators read.
_OPERATORS = (
    *("account", "adapter", "client", "credentials", "endpoint", "gateway", "manifests"),
    *("payloads", "sessions", "setup_checks", "shards", "socket_mode", "sync"),
)
UNSPOKEN = frozenset(
    {"bot/answers/check.py", "bot/weekly/zones.py"}
    | {f"handlers/{platform}/{name}.py" for platform in ("discord", "slack") for name in _OPERATORS}
)
# Functions whose texts are marked, are for logs, or are for whoever runs the bot.
_MARKS = frozenset({"gettext", "gettext_noop", "ngettext"})
_NOT_FOR_PEOPLE = frozenset({"ConfigError", "TypeVar", "ValueError", "compile", "getLogger"})
_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "log"})
_WORD = r"[^\W\d_]"
_PROSE = re.compile(
    rf"[\s\S]*(?:{_WORD}[,:]? {_WORD}{{2,}}|\s{_WORD}{{2,}}\s)[\s\S]*|[A-Z][a-z]{{2,}}[.!?:…]?"
)
# Texts that look like prose but are not said, by file.
UNSAID: dict[str, frozenset[str]] = {
    "bot/answers/charts.py": frozenset(
        {
            "the chart cannot be drawn ({}).",
            "Install it with: pip install 'airquote[charts]'.",
            "Glyph .* missing from font",
            "outside upper center",
        }
    ),
    "bot/service/claims.py": frozenset({"the database takes too long."}),
    "bot/service/sharing.py": frozenset({"posted before", "unsure before"}),
    "bot/posting/letters.py": frozenset(
        {"Another library knows more of them.", "There is nothing left to tell."}
    ),
    "bot/posting/poster.py": frozenset({"rate limited", "cannot tell"}),
    "bot/weekly/archive.py": frozenset({"Airquote", '<a href="{}">{}</a>'}),
    "bot/weekly/nomination.py": frozenset({"in short:"}),
    "bot/weekly/pictures.py": frozenset(
        {"The picture of a quote lacks something.", "A quote has no picture."}
    ),
    "bot/weekly/ports.py": frozenset({"run out", "nothing left", "no vote"}),
    "bot/weekly/review.py": frozenset(
        {"passed on", "Not everybody could be told. %s", "Nobody could be told. %s"}
    ),
    "bot/weekly/slots.py": frozenset(
        {
            "/podcast weekly on {} {} {}{}",
        }
    ),
    "bot/weekly/subscribing.py": frozenset({"/podcast weekly on {}"}),
    "bot/weekly/themes.py": frozenset({"/podcast weekly theme december feature stores"}),
    "bot/weekly/voting.py": frozenset({"The vote is no longer wanted."}),
    "handlers/cli/render.py": frozenset(
        {"bold cyan", "bold yellow not italic", "dim italic", "not italic"}
    ),
    "handlers/slack/clients.py": frozenset({"Slack"}),
    # On a page for those who install the app, as Bolt's own pages are.
    "handlers/slack/oauth.py": frozenset(
        {"Too many installations have begun. Please try again in a minute."}
    ),
    "handlers/slack/post_errors.py": frozenset({"Slack"}),
    "handlers/slack/post_extras.py": frozenset({"Slack"}),
    "handlers/slack/poster.py": frozenset(
        {"Slack answered “{}”", "it took too long", "Slack was not ready to show it"}
    ),
    "handlers/slack/render/home.py": frozenset(
        {"/podcast help", "/podcast follow feature store", "/podcast weekly on"}
    ),
    "handlers/discord/errors.py": frozenset({"Suggestions were not shown: %s"}),
    "handlers/discord/interaction.py": frozenset({"thinking privately"}),
    "handlers/discord/servers.py": frozenset({"a channel of no server"}),
    "handlers/discord/post_extras.py": frozenset({"Discord"}),
    "handlers/discord/render/home.py": frozenset(
        {"/podcast-admin announce", "/podcast-admin weekly on", "/podcast-admin weekly status"}
    ),
    "handlers/discord/single_attempt.py": frozenset({"Authorization", "Discord answers with {}."}),
}


def files_spoken() -> list[Path]:
    places = [ROOT / place for place in SPOKEN]
    files = [file for place in places for file in sorted(place.rglob("*.py")) or [place]]
    return [each for each in files if str(each.relative_to(ROOT)) not in UNSPOKEN]


def texts_outside(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what looks like prose in a file and is not marked for the catalogue, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = {id(each) for node in ast.walk(tree) for each in _exempt(node)}
    for node in ast.walk(tree):
        if id(node) not in marked and _PROSE.fullmatch(text := _text_of(node)):
            yield node.lineno, text


def _text_of(node: ast.AST) -> str:
    """Return the text of a string, with "{}" for the values in it; "" for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(each) or "{}" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _exempt(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is below a node and not for people: docstrings, marked texts, logs, types."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (each for each in node.values if isinstance(each, ast.Constant))
    elif isinstance(node, ast.Call) and _is_exempt(node.func):
        yield from ast.walk(node)
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
        yield from ast.walk(node.annotation)


def _is_exempt(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in (_LEVELS if _is_log(function.value) else _NOT_FOR_PEOPLE)
    return isinstance(function, ast.Name) and function.id in _MARKS | _NOT_FOR_PEOPLE


def _is_log(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "_log"


@pytest.mark.parametrize("path", files_spoken(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_outside_the_catalogue(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    outside = dict(texts_outside(path))
    assert {line: text for line, text in outside.items() if text not in UNSAID.get(name, ())} == {}


def test_every_exception_is_needed() -> None:
    for name, unsaid in UNSAID.items():
        assert unsaid <= {text for _, text in texts_outside(ROOT / name)}, name


def test_a_text_outside_the_catalogue_is_found(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text('def f(n):\n    return gettext("Found it."), f"I found {n} hits.", "Share"\n')
    assert list(texts_outside(file)) == [(2, "I found {} hits."), (2, "Share")]


def test_every_marked_text_reaches_the_catalogue() -> None:
    """A call within an f-string does not, for one."""
    known = {each.id if isinstance(each.id, str) else each.id[0] for each in texts_said()}
    marked = {
        text
        for path in files_spoken()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in _MARKS
        for text in map(_text_of, node.args[:1])
        if text
    }
    assert marked - known == set()


def test_the_catalogues_are_up_to_date() -> None:
    for path, text in catalogues().items():
        assert path.read_text(encoding="utf-8") == text, "run `python -m tests.update_catalogue`"


@pytest.mark.parametrize("language", languages()[1:])
def test_every_text_is_translated(language: str) -> None:
    untranslated = [
        each.id
        for each in read_catalogue(FOLDER / f"{language}.po")
        if each.id and not all([each.string] if isinstance(each.string, str) else each.string)
    ]
    assert untranslated == []


@pytest.mark.parametrize("language", languages()[1:])
def test_translations_name_the_same_values(language: str) -> None:
    for each in read_catalogue(FOLDER / f"{language}.po"):
        originals = [each.id] if isinstance(each.id, str) else list(each.id)
        said = [each.string] if isinstance(each.string, str) else list(each.string)
        allowed = set().union(*map(_values_in, originals))
        for text in said if each.id else ():
            # A singular may say “one” in place of the number.
            assert _values_in(text) | {"n"} == allowed | {"n"}, text


def _values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_language_applies_to_what_is_called_within_it() -> None:
    with speaking("de"):
        assert join_names(["Ann", "Bo", "Cy"]) == "Ann, Bo und Cy"
        with speaking(""):
            assert language_spoken() == "de"
    assert join_names(["Ann", "Bo", "Cy"]) == "Ann, Bo and Cy"


def test_a_language_travels_into_threads() -> None:
    threads = FairThreads[str](at_once=1, spare=0)
    with speaking("de"):
        german: Future[str] = threads.submit("zoe", language_spoken)
    english = threads.submit("zoe", language_spoken)
    assert (german.result(), english.result()) == ("de", "en")
    threads.close()


def test_a_text_without_a_translation_is_said_in_english() -> None:
    with speaking("de"):
        assert gettext("Nobody says {what}.", what="this") == "Nobody says this."
        assert ngettext("{n} thing", "{n} things", 1200) == "1.200 things"


def test_braces_in_a_value_are_kept() -> None:
    assert gettext("Searched for “{words}”.", words="{n}") == "Searched for “{n}”."


def test_numbers_and_dates_are_written_as_in_the_language() -> None:
    pattern, day = "EEEE d MMMM yyyy", date(2026, 11, 23)
    assert (format_number(27731), format_date(day, pattern)) == (
        "27,731",
        "Monday 23 November 2026",
    )
    with speaking("de"):
        assert (format_number(27731), format_date(day, pattern)) == (
            "27.731",
            "Montag 23 November 2026",
        )


def test_a_time_is_written_in_its_own_zone() -> None:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert format_date(at, "d MMMM yyyy, HH:mm") == "23 November 2026, 09:00"


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (("de-AT",), "de"),
        (("de_DE",), "de"),
        (("fr", "de"), "de"),
        ((None, "en-GB"), "en"),
        (("fr",), ""),
    ],
)
def test_the_closest_language_is_chosen(tags: tuple[str | None, ...], language: str) -> None:
    assert closest_language(*tags) == language
