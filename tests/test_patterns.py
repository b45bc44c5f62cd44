"""Every pattern of the code takes time in proportion to its input, even to input that means harm.

The hostile input is made of the pattern itself: what comes before a repetition, then a part of the
pattern again and again, then something that does not match.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, partial
from itertools import chain, product
from pathlib import Path
from re import _compiler, _parser
from time import thread_time
from types import FunctionType, ModuleType
from typing import Any

import pytest

import bot
import handlers
from bot.transcripts.files import find_files
from bot.transcripts.reader import read_transcripts

Run = Callable[[str], object]

# CPU time is compared between a text and one four times as long: linear growth is fourfold,
# quadratic growth sixteenfold.
# The first is short enough for cubic patterns to end; a quarter of the last is longer than what
# bounded repetitions may match, which is quadratic until then.
LENGTHS = (500, 5_000)
MOST_GROWTH = 9
# Whatever takes less is not measured again; quadratic patterns take ten times it.
FLOOR_SECONDS = 0.002
# So short that only exponential growth takes any time.
TINY = (16, 24, 32, 44, 64, 96)
TINY_SECONDS = 0.02
TRIES = 4
# Of hundreds of words to choose from, some are enough.
MOST_BEGINNINGS, MOST_ATOMS = 4, 12

GENERIC = (
    *(
        " ",
        "\t",
        "\n",
        "0",
        "a",
        "A",
        "é",
        "<",
        "[",
        "(",
        "{",
        "-",
        "_",
        ".",
        ",",
        ":",
        "/",
        "'",
        '"',
        "@",
    ),
    *(" \n", "a ", "A ", "a.", "0:", "<a", "a'", "[a]"),
)
ENDINGS = ("", "\0")
CANDIDATES = "a1 A-_.,:/<>[](){}'\"&=@#*|\\é\n\t\0"
_METHODS = "search|match|fullmatch|sub|subn|split|findall|finditer"


def modules() -> Iterator[ModuleType]:
    """Import every module, except those that run when they are imported."""
    for package in (bot, handlers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations." not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


@cache
def source_of(module: ModuleType) -> str:
    assert module.__file__
    return Path(module.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern, where it stands, and how it is applied."""

    pattern: re.Pattern[str]
    place: str
    method: str

    def __str__(self) -> str:
        return f"{self.place} {self.method}"

    def run(self, text: str) -> object:
        if self.method in ("search", "match", "fullmatch"):
            return getattr(self.pattern, self.method)(text)
        return sum(1 for _ in self.pattern.finditer(text))


def patterns_in(value: object, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """Find the patterns in a value: in containers, dataclasses, partials and closures."""
    if id(value) in seen:
        return
    seen.add(id(value))
    inside: Iterator[object] = iter(())
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        inside = chain(value.keys(), value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        inside = iter(value)
    elif isinstance(value, partial):
        inside = chain((value.func,), value.args, value.keywords.values())
    elif isinstance(value, FunctionType):
        cells = value.__closure__ or ()
        inside = chain(value.__defaults__ or (), (cell.cell_contents for cell in cells))
    elif is_dataclass(value) and not isinstance(value, type):
        inside = (getattr(value, field.name, None) for field in fields(value))
    for each in inside:
        yield from patterns_in(each, seen)


def named_uses(module: ModuleType, everything: str) -> Iterator[Use]:
    """Find the patterns among a module's globals, with the methods that the code calls."""
    for name, value in vars(module).items():
        if name.startswith("__") or isinstance(value, ModuleType | type):
            continue
        patterns = tuple(patterns_in(value, set()))
        source = source_of(module) if name.startswith("_") else everything
        methods = patterns and set(re.findall(rf"\b{name}\.({_METHODS})\b", source))
        for pattern in patterns:
            for method in methods or {"findall"}:
                yield Use(pattern, f"{module.__name__}.{name}", method)


def written_uses(module: ModuleType) -> Iterator[Use]:
    """Find the patterns written in functions; a name known only there becomes an "x"."""
    for node in ast.walk(ast.parse(source_of(module))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[first, *_]
            ):
                pattern = evaluate(first, module)
                if pattern and method in _METHODS.split("|"):
                    yield Use(re.compile(pattern), f"{module.__name__}:{node.lineno}", method)


def evaluate(node: ast.expr, module: ModuleType) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(evaluate(each, module) or "x" for each in node.values)
    if isinstance(node, ast.FormattedValue):
        node = node.value
    try:
        value = eval(ast.unparse(node), vars(module))  # noqa: S307 - our own code
    except NameError:
        return ""
    return value if isinstance(value, str) else ""


@cache
def uses() -> tuple[Use, ...]:
    every = tuple(modules())
    everything = "\n".join(map(source_of, every))
    found = chain.from_iterable(
        (*named_uses(each, everything), *written_uses(each)) for each in every
    )
    unique = {
        (use.pattern, use.method): use for use in found if isinstance(use.pattern.pattern, str)
    }
    return tuple(sorted(unique.values(), key=str))


class Parts:
    """What matches the parts of a pattern: its atoms, and the beginnings before its repetitions."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.flags = pattern.flags
        self.tree = _parser.parse(pattern.pattern, pattern.flags)
        self.groups: dict[int, str] = {}
        self.atoms: set[str] = set()
        self.beginnings = {""}
        self.walk(self.tree, "")

    def walk(self, items: Any, before: str) -> str:
        """Return what matches some items, one after another."""
        said = ""
        for operator, argument in items:
            said += self.example(operator, argument, before + said)
        self.atoms.add(said)
        return said

    def example(self, operator: Any, argument: Any, before: str) -> str:
        match str(operator):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, items = argument
                body = self.walk(items, before)
                if most > 50:
                    self.beginnings.update((before, before + body))
                return body * max(least, min(most, 1)) if least < 50 else body * least
            case "SUBPATTERN":
                group, _, _, items = argument
                self.groups[group] = said = self.walk(items, before)
                return said
            case "ATOMIC_GROUP":
                return self.walk(argument, before)
            case "BRANCH":
                return max((self.walk(items, before) for items in argument[1]), key=len)
            case "GROUPREF":
                return self.groups.get(argument, "")
            case "ASSERT" | "ASSERT_NOT":
                self.walk(argument[1], before)
                return ""
            case "AT" | "GROUPREF_EXISTS":
                return ""
            case "LITERAL":
                return chr(argument)
        return self.character(operator, argument)

    def character(self, operator: Any, argument: Any) -> str:
        """Return a character of a set, and take a second one for an atom too."""
        alone = _parser.SubPattern(self.tree.state, [(operator, argument)])
        pattern = _compiler.compile(alone, self.flags)
        named = argument if str(operator) == "IN" else ()
        first = (
            each if isinstance(each, int) else each[0] for kind, each in named if is_letter(kind)
        )
        fitting = [each for each in (*CANDIDATES, *map(chr, first)) if pattern.fullmatch(each)]
        self.atoms.update(fitting[:2])
        return fitting[0] if fitting else ""


def is_letter(kind: object) -> bool:
    """Tell whether a part of a set is a character or a range of them."""
    return str(kind) in ("LITERAL", "RANGE")


def hostile_texts(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Make texts of any length that a pattern may take long to refuse."""
    parts = Parts(pattern)
    begun, some = sample(parts.beginnings, MOST_BEGINNINGS), sample(parts.atoms, MOST_ATOMS)
    own = (each for atom in (*begun, *some) for each in (atom, f"{atom} ") if atom)
    atoms = dict.fromkeys((*GENERIC, *own))
    for beginning, atom, ending in product(begun, atoms, ENDINGS):
        yield partial(repeated, beginning, atom, ending)


def sample(texts: set[str], most: int) -> list[str]:
    return sorted(texts)[:: 1 + len(texts) // most]


def repeated(beginning: str, atom: str, ending: str, length: int) -> str:
    return beginning + atom * (length // len(atom)) + ending


def seconds(run: Run, text: str) -> float:
    begun = thread_time()
    run(text)
    return thread_time() - begun


def grows_too_fast(run: Run, text: Callable[[int], str]) -> bool:
    """Tell whether the time grows faster than the text; measure again before saying so."""
    for length in TINY:
        if all(seconds(run, text(length)) > TINY_SECONDS for _ in range(TRIES)):
            return True
    for length in LENGTHS:
        if all(growth(run, text, length) > MOST_GROWTH for _ in range(TRIES)):
            return True
    return False


def growth(run: Run, text: Callable[[int], str], length: int) -> float:
    """Return how many times as long a text takes as a quarter of it; 0 if it takes no time."""
    if seconds(run, text(length)) < FLOOR_SECONDS:
        return 0.0
    short, long = (
        min(seconds(run, text(size)) for _ in range(3)) for size in (length // 4, length)
    )
    return long / max(short, 1e-6)


def slow_text(use: Use) -> str:
    """Return the beginning of a text that the pattern takes too long for, or ""."""
    texts = (text for text in hostile_texts(use.pattern) if grows_too_fast(use.run, text))
    return next((text(60) for text in texts), "")


def test_no_pattern_takes_longer_than_its_input_is_long() -> None:
    slow = {f"{use}: {use.pattern.pattern}": text for use in uses() if (text := slow_text(use))}

    assert slow == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"<v(?:\.[^\s>]*)?[ \t]+([^<>]+)>", "split"),
        (r"\s*(?:>>+|[-–—] )\s*", "sub"),
        (r"[A-Z]{2,}s? ", "search"),
        (r"\bnot\b[^.]*\bwithout\b", "search"),
        (r"^title:.*\{\{.*\}\}", "search"),
        (r"(?:[A-Z][a-z]*[aeiouy][a-z]*)+[0-9]*", "fullmatch"),
        (r"(?:a+)+!", "match"),
        (r"a*b*a*c", "match"),
    ],
)
def test_slow_patterns_are_found(pattern: str, method: str) -> None:
    assert slow_text(Use(re.compile(pattern), "here", method))


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"<v(?:\.[^\s<>]*+)?[ \t]++([^<>]++)>", "split"),
        (r"\bnot\b[^.]{0,300}\bwithout\b", "search"),
        (r"\w+@\w+", "fullmatch"),
        (r"\s+", "sub"),
    ],
)
def test_fast_patterns_are_not(pattern: str, method: str) -> None:
    assert slow_text(Use(re.compile(pattern), "here", method)) == ""


@pytest.mark.parametrize(
    ("place", "method"),
    [
        ("bot.transcripts.formats.subtitles._VOICE", "split"),
        ("bot.transcripts.catalog._ID_IN_STEM", "fullmatch"),
        ("bot.quotes.evidence._GOES_ON", "match"),
        ("bot.logs._PATTERNS", "findall"),  # in a list
        ("bot.quotes.standalone.DEFECTS", "findall"),  # in dataclasses
        ("handlers.discord.render.custom_ids._IN_ID", "fullmatch"),
        ("handlers.slack.talk:", "sub"),  # in a function, with a name in it
    ],
)
def test_every_pattern_of_the_code_is_found(place: str, method: str) -> None:
    assert any(use.place.startswith(place) and use.method == method for use in uses())


@pytest.mark.parametrize(
    "head", ["WEBVTT\n\n00:01.000 --> 00:02.000\n", "00:01,000 --> 00:02,000\n", "0:01 "]
)
@pytest.mark.parametrize("begun", ["", "<v", "Ann", "[", "00:01 -->"])
@pytest.mark.parametrize("again", [" ", " \t", "<v ", "&#32;", "1", "["])
def test_no_line_takes_longer_to_read_than_it_is_long(
    tmp_path: Path, head: str, begun: str, again: str
) -> None:
    def read(text: str) -> None:
        (tmp_path / "talk.txt").write_text(f"{head}{text}x\n\n{head}{text}x\n", encoding="utf-8")
        read_transcripts(find_files([tmp_path]))

    assert not grows_too_fast(read, partial(repeated, begun, again, ""))
