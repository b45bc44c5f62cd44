"""The one rule: `handlers` imports `bot`, and inside `bot` imports point down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTSIDE = {"handlers", "slack_bolt", "slack_sdk", "discord", "aiohttp", "typer", "rich"}
CHAT_LIBRARIES = {"slack_bolt", "slack_sdk", "discord", "aiohttp"}

LOADED = """
import importlib, pkgutil, sys
import bot

for module in pkgutil.walk_packages(bot.__path__, "bot."):
    importlib.import_module(module.name)
print(*sys.modules)
"""

OPENED = """
import importlib, os, pkgutil, sys
import bot

data = os.path.realpath("data")

def report(event, arguments):
    if event == "open" and os.path.realpath(str(arguments[0])).startswith(data):
        print(arguments[0])

sys.addaudithook(report)
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    importlib.import_module(module.name)
"""

COMMAND_LINE = """
import sys
from handlers.cli.app import build_app

build_app()
print(*sys.modules)
"""

UPWARD = [
    ("bot.models", "bot"),
    ("bot.errors", "bot"),
    ("bot.transcripts", "bot.search"),
    ("bot.search", "bot.transcripts"),
    ("bot.transcripts", "bot.library.library"),
    ("bot.search", "bot.library.library"),
    ("bot", "bot.commands"),
    ("bot", "bot.library.evaluation"),
    ("bot", "bot.answers.dispatch"),
    ("bot", "bot.service.request_queue"),
    ("bot", "handlers"),
    ("bot.strict_yaml", "bot.transcripts"),
    ("bot.posting", "bot.weekly"),
    ("bot.posting", "bot.store"),
    ("bot.weekly", "bot.store"),
]
# What stands on the commands, each with all that may stand on it: buttons are added to answers,
# what comes in is answered, what is shared comes in, and what is measured is what people get.
ABOVE = {
    "bot.commands": {"bot.answers.dispatch", "bot.library.evaluation"},
    "bot.library.evaluation": {"bot.library.build_job"},
    "bot.answers.dispatch": {"bot.service.request_queue"},
    "bot.service.request_queue": {"bot.service.sharing"},
}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    """Name everything a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_in(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def test_the_core_loads_no_adapter_and_none_of_their_libraries() -> None:
    loaded = {name.split(".")[0] for name in run(LOADED).split()}

    assert "bot" in loaded
    assert loaded & OUTSIDE == set()


def test_importing_the_core_reads_no_data() -> None:
    assert run(OPENED) == ""


def test_the_command_line_loads_a_chats_library_only_for_the_chat() -> None:
    loaded = {name.split(".")[0] for name in run(COMMAND_LINE).split()}

    assert "typer" in loaded
    assert loaded & CHAT_LIBRARIES == set()


@pytest.mark.parametrize(("one", "other"), [("slack", "discord"), ("discord", "slack")])
def test_a_platform_knows_nothing_of_another(one: str, other: str) -> None:
    paths = [*(ROOT / "handlers" / one).rglob("*.py")]

    assert paths
    for path in paths:
        assert not any(is_in(name, f"handlers.{other}") for name in imports_of(path)), path


@pytest.mark.parametrize(("below", "above"), UPWARD)
def test_imports_never_go_up(below: str, above: str) -> None:
    modules = {module_name(path): path for path in (ROOT / "bot").rglob("*.py")}
    upward = [
        (module, name)
        for module, path in modules.items()
        if is_in(module, below) and module not in ABOVE.get(above, set())
        for name in imports_of(path)
        if is_in(name, above)
    ]

    assert any(is_in(module, below) for module in modules)
    assert upward == []


def test_no_import_is_relative() -> None:
    """So that the other tests here see where every name comes from."""
    for path in (ROOT / "bot").rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))

        assert not any(isinstance(node, ast.ImportFrom) and node.level for node in nodes), path
