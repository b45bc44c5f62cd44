"""What holds for the project as a whole: its set-up, its documents and what it ships."""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.config import setting_variables

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = (
    *("requirements.lock", "requirements-build.lock"),
    *("requirements.txt", "requirements-opensearch.txt"),
)

# In parts, so that this file does not name them itself.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]

USED_WIDELY = {
    "aiohttp": "a server of the port in handlers, and a client of feeds in the library",
    "cachetools": "whatever is remembered for a while, or up to so much of it, is in a cache of it",
    "click": "commands are declared with it, and every module of them prints with it",
    "numpy": "the type of every array that modules hand each other",
    "pillow": "fonts, pictures and the layout of quotes all work on its images",
    "pydantic": "what Slack sends, and what assistants get over MCP, are what their types say",
    "rich": "both the commands and their renderer print with it",
}
LOADED_BY_OTHERS = {
    "aiosqlite": "SQLAlchemy loads it for an address of SQLite",
    "psycopg": "SQLAlchemy loads it for an address of PostgreSQL",
    "tzdata": "zoneinfo reads it where the system knows no time zones",
}
# The store, its database and its migrations are one home, and so is the adapter of a platform.
STORE = "bot/store/"
ADAPTERS = ("handlers/slack/", "handlers/discord/")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project_files() -> Iterator[Path]:
    ignored = [".git", *(line.rstrip("/") for line in read(".gitignore").splitlines())]
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not any(fnmatch(part, name) for part in parts for name in ignored) and path.is_file():
            yield path


def package_name(requirement: str) -> str:
    return re.sub("[_.]", "-", re.split(r"[^\w.-]", requirement)[0].lower())


def imported(path: Path) -> set[str]:
    """Name the top-level packages a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names


def home_of(module: str) -> str:
    """Name the home that a module is a part of, or is by itself."""
    adapter = next((folder for folder in ADAPTERS if module.startswith(folder)), "")
    return "the store" if module.startswith(STORE) else adapter or module


def test_no_file_names_a_package_registry() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for path in project_files()
        if any(host.encode() in path.read_bytes() for host in REGISTRIES)
    ]

    assert guilty == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[\w])", re.sub(r"(?m)^\s*#.*\n", "", read(lock)))

    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_holds_an_address_or_an_option(lock: str) -> None:
    assert not re.search(r"://|^-", read(lock), re.MULTILINE)


def test_hosts_install_what_the_lock_has() -> None:
    """Buildpacks know no other name than requirements.txt; it is what Airquote runs on."""
    on_hosts, with_engine, everywhere = map(
        _pins_in, ("requirements.txt", "requirements-opensearch.txt", "requirements.lock")
    )

    assert len(on_hosts) > 20
    assert on_hosts <= everywhere
    assert with_engine <= everywhere


def _pins_in(lock: str) -> set[tuple[str, frozenset[str]]]:
    entries = re.split(r"\n(?=[\w])", re.sub(r"(?m)^\s*#.*\n", "", read(lock)))
    return {_pin_of(entry) for entry in entries}


def _pin_of(entry: str) -> tuple[str, frozenset[str]]:
    """Read a package's pin without its markers, and its hashes."""
    pin = re.split(r"[\s;\\]", entry.strip(), maxsplit=1)[0]
    return pin, frozenset(re.findall(r"sha256:\w+", entry))


def test_everything_the_project_asks_for_is_locked() -> None:
    groups = PROJECT["dependency-groups"]
    asked = [*PROJECT["project"]["dependencies"], *groups["dev"], *groups["build"]]
    locked = {package_name(line) for lock in LOCKS for line in read(lock).splitlines()}

    assert {package_name(requirement) for requirement in asked} <= locked
    assert groups["build"] == PROJECT["build-system"]["requires"]


def test_the_example_environment_and_the_settings_name_the_same_variables() -> None:
    shown = set(re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    assert shown == {variable.name for _, variable in setting_variables()}


def test_the_reference_names_the_variables_in_the_same_order() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", read("docs/reference.md"), re.MULTILINE)

    assert table == re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE)


@pytest.mark.parametrize(
    "package",
    sorted(
        {package_name(each) for each in PROJECT["project"]["dependencies"]}
        - {*USED_WIDELY, *LOADED_BY_OTHERS}
    ),
)
def test_a_third_party_library_has_one_home(package: str) -> None:
    names = {
        name
        for name, packages in packages_distributions().items()
        if package in {package_name(each) for each in packages}
    }
    modules = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    homes = [path.relative_to(ROOT).as_posix() for path in modules if imported(path) & names]

    assert len({home_of(module) for module in homes}) == 1, homes
