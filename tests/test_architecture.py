"""The structure: packages in one order, no circles, one home for each library, one word a thing."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.process import environment

ROOT = Path(__file__).parents[1]

# Lowest first: a package imports only itself and what stands before it.
LAYERS = (
    "bot",  # the modules directly in it
    "bot.transcripts",
    "bot.search.index",
    "bot.search",
    "bot.quotes",
    "bot.library",
    "bot.answers",
    "bot.posting",
    "bot.weekly",
    "bot.store",
    "bot.service",
    "handlers",
)
# The only modules or packages that may import a library.
HOMES = {
    "aiohttp": ("bot.library.web", "handlers"),
    "alembic": ("bot.store",),
    "apscheduler": ("bot.schedule",),
    "babel": ("bot.translations",),
    "click": ("handlers.cli",),
    "cryptography": ("handlers.crypto",),
    "defusedxml": ("bot.library.feed_xml",),
    "discord": ("handlers.discord",),
    "dotenv": ("bot.environment",),
    "filelock": ("bot.files",),
    "httpx2": ("handlers.mcp.http",),
    "huggingface_hub": ("bot.search.sentence_model",),
    "matplotlib": ("bot.answers.charts",),
    "mcp": ("handlers.mcp",),
    "msgspec": ("bot.stored_json",),
    "obstore": ("bot.library.shared",),
    "opensearchpy": ("bot.search.cluster.client",),
    "onnxruntime": ("bot.search.sentence_model",),
    "PIL": ("bot.quotes",),
    "platformdirs": ("bot.config",),
    "podcastparser": ("bot.library.feed_xml",),
    "prometheus_client": ("handlers.run.metrics",),
    "pydantic": ("handlers.slack.payloads", "handlers.mcp"),
    "pysubs2": ("bot.transcripts.formats.other_subtitles",),
    "rank_bm25": ("bot.search.index.bm25",),
    "rapidfuzz": ("bot.search",),
    "rich": ("handlers.cli",),
    "slack_bolt": ("handlers.slack",),
    "slack_sdk": ("handlers.slack",),
    "sqlalchemy": ("bot.store",),
    "starlette": ("handlers.mcp.http",),
    "stop_words": ("bot.languages",),
    "Stemmer": ("bot.search.index.analysis",),
    "structlog": ("bot.logs",),
    "tokenizers": ("bot.search.sentence_model",),
    "tqdm": ("bot.search.sentence_model",),
    "yaml": ("bot.strict_yaml",),
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    paths = [path for package in ("bot", "handlers") for path in (ROOT / package).rglob("*.py")]
    return {module_name(path): path for path in paths if "versions" not in path.parts}


def imports_of(path: Path) -> Iterator[str]:
    """Name every module a file imports, anywhere in it, or the name in it that is no module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else f"{node.module}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_in(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def layer_of(module: str) -> str:
    """Find the package a module stands in; a module directly in `bot` stands in "bot"."""
    within = [layer for layer in LAYERS[1:] if is_in(module, layer)]
    return max(within, key=len) if within else "bot"


# Public names with two definitions: Slack and Discord do the same thing, each in its own way.
PARALLEL = {
    *("PLATFORM", "Interaction", "follow"),
    *("render_reply", "render_shared", "reply_privately", "run_listener"),
    *("open_words_form", "nominate_message"),
}
# Modules of under 60 lines, and what keeps each from being a part of another.
SHORT = {
    "bot.claims": "data for the store, and for all who claim",
    "bot.answers.slips": "mistyped commands, as no other hint is about",
    "bot.library.first_build": "loads what opens an index, as bot.library.build_worker must not",
    "bot.library.measuring": "needs the whole search, as nothing else of a build does",
    "bot.logistic": "shared by what fits weights, and by what uses them",
    "bot.posting.runner": "shared by the weekly quote and new episodes",
    "bot.quotes.taste": "what a podcast's own people say, apart from its readers",
    "bot.quotes.reasons": "shared by what finds reasons, and by what says them",
    "bot.reporting": "types for all packages",
    "bot.search.index.version": "loads without what reads an index",
    "handlers.cli.chosen": "loads without what opens a podcast",
    "handlers.cli.progress": "loads without what replies consist of",
    "handlers.shared_index": "loads without the extra",
    "handlers.slack.pictures": "shared by the client and the response_url",
    "handlers.slack.rehearsal": "shared by the poster and the checks of the setup",
    "handlers.markup": "what Slack and Discord have in common",
    "bot.service.batches": "knows nothing of what it writes",
    "bot.service.events": "data for metrics, which need no queue",
    "bot.service.rate_limiter": "knows nothing of requests",
    "bot.search.ages": "shared by searches, counts and lists of episodes",
    "bot.search.cluster.columns": "knows nothing of what the numbers are",
    "bot.search.meaning": "a search by the model alone, apart from that by words",
    "bot.search.titles": "shared by what is said and what is offered where nothing is found",
    "bot.weekly.verdicts": "shared by the weekly quote and the terminal",
    "bot.stored_json": "the only home of msgspec",
    "bot.store.duties": "the storage of bot.service.duties alone",
    "bot.strict_toml": "TOML, as bot.strict_yaml is for YAML",
    "bot.store.bindings": "a table of its own",
    "bot.text": "text for all packages",
    "bot.version": "the only home of package metadata",
    "bot.weekly.themes": "shared by the command that sets them, and by what tells the plan",
    "handlers.discord.adapter": "loads without Discord's library",
    "handlers.discord.credentials": "loads without Discord's library",
    "handlers.discord.app": "loads what the gateway and HTTP need",
    "handlers.discord.languages": "what a process remembers of people, apart from one interaction",
    "handlers.discord.render.limits": "the platform's numbers",
    "handlers.in_flight": "shared by both platforms",
    "handlers.mcp.adapter": "loads without the extra",
    "handlers.run.roles": "shared by the command line and the process",
    "handlers.run.platforms": "the list of platforms",
    "handlers.token_watch": "shared by both platforms",
    "handlers.services": "loads the libraries that handlers.platform must not",
    "handlers.slack.adapter": "loads without Slack's library",
    "handlers.slack.clients": "shared by all that act in a workspace",
    "handlers.slack.taken": "knows nothing of how messages are sent",
    "handlers.slack.render.limits": "the platform's numbers",
    "handlers.slack.render.unfurls": "what is shown below links, which are no answers",
}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_package_imports_only_what_stands_before_it(layer: str) -> None:
    members = {name: path for name, path in modules().items() if layer_of(name) == layer}
    upward = [
        (module, name)
        for module, path in members.items()
        for name in imports_of(path)
        if name.split(".")[0] in ("bot", "handlers")
        and LAYERS.index(layer_of(name)) > LAYERS.index(layer)
    ]

    assert members
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        name: {each for each in imports_of(path) if each in modules() and each != name}
        for name, path in modules().items()
    }

    try:
        order = [*TopologicalSorter(graph).static_order()]
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
    assert len(order) == len(graph)


@pytest.mark.parametrize(("one", "other"), [("slack", "discord"), ("discord", "slack")])
def test_a_platform_knows_nothing_of_another(one: str, other: str) -> None:
    members = [path for name, path in modules().items() if is_in(name, f"handlers.{one}")]

    assert members
    for path in members:
        assert not any(is_in(name, f"handlers.{other}") for name in imports_of(path)), path


def test_nothing_is_imported_for_the_type_checker_alone() -> None:
    hidden = [
        name
        for name, path in modules().items()
        if "TYPE_CHECKING" in path.read_text(encoding="utf-8")
    ]

    assert hidden == []


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    users = [
        name
        for name, path in modules().items()
        if any(is_in(imported, library) for imported in imports_of(path))
    ]

    assert users
    assert [name for name in users if not any(is_in(name, home) for home in HOMES[library])] == []


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

COMMAND = """
import sys
from handlers.cli.app import build_app

build_app()(sys.argv[1:], standalone_mode=False)
print(*sys.modules)
"""
OUTSIDE = {"handlers", "slack_bolt", "slack_sdk", "discord", "click", "rich"}
# What runs for minutes, or builds what is kept afterwards: no search needs it.
NOT_TO_SEARCH = {
    "aiohttp", "alembic", "apscheduler", "asyncio", "bot.library.build", "bot.library.build_job",
    "bot.library.evaluation", "bot.library.feeds", "bot.library.fetch", "bot.library.git",
    "bot.library.refresh", "bot.library.web", "bot.quotes.cache", "bot.quotes.extraction",
    "bot.search.index.build", "bot.search.sentence_model", "bot.store", "bot.transcripts.merge",
    "bot.transcripts.reader", "bot.weekly", "defusedxml", "discord", "email", "http.client",
    "importlib.metadata", "matplotlib", "PIL", "podcastparser", "psycopg", "pydantic", "pysubs2",
    "rank_bm25", "rapidfuzz", "rich.progress", "rich.table", "slack_bolt", "slack_sdk",
    "sqlalchemy", "sqlite3", "ssl", "structlog", "tomllib", "typer", "urllib.request", "yaml",
}  # fmt: skip
NOT_TO_HELP = {
    *NOT_TO_SEARCH,
    "bot.config",
    "bot.environment",
    "bot.library.library",
    "numpy",
}


def run(code: str, *words: str, home: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env=None if home is None else environment(home),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def loaded_by(home: Path, *words: str) -> set[str]:
    """Name the modules that a command has loaded at its end."""
    return set(run(COMMAND, *words, home=home).splitlines()[-1].split())


def test_the_core_loads_no_adapter_and_none_of_their_libraries() -> None:
    loaded = {name.split(".")[0] for name in run(LOADED).split()}

    assert "bot" in loaded
    assert loaded & OUTSIDE == set()


def test_importing_the_core_reads_no_data() -> None:
    assert run(OPENED) == ""


def test_help_loads_no_more_than_it_shows(home: Path) -> None:
    loaded = loaded_by(home, "--help")

    assert "click" in loaded
    assert loaded & NOT_TO_HELP == set()


def test_a_search_loads_nothing_that_another_command_is_for(home: Path) -> None:
    built = loaded_by(home, "search", "model", "registry")
    loaded = loaded_by(home, "search", "model", "registry")

    assert "bot.library.build" in built
    assert "bot.search.engine" in loaded
    assert loaded & NOT_TO_SEARCH == set()


def test_whoever_has_an_index_built_does_not_load_what_reads_one(home: Path) -> None:
    for command in ("build", "list"):
        loaded = loaded_by(home, "index", command)

        assert "bot.library.registry" in loaded
        assert loaded & {"numpy", "bot.library.library", "bot.search.engine"} == set()


def public_names(path: Path) -> Iterator[str]:
    """Name what a module defines for others."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_means_one_thing() -> None:
    homes = defaultdict(list)
    for module, path in modules().items():
        for name in public_names(path):
            homes[name].append(module)

    assert {name for name, where in homes.items() if len(where) > 1} == PARALLEL


def test_a_short_module_has_a_reason() -> None:
    short = {
        name
        for name, path in modules().items()
        if path.name not in ("__init__.py", "__main__.py", "env.py")
        and len(path.read_text(encoding="utf-8").splitlines()) < 60
    }

    assert short == set(SHORT)
