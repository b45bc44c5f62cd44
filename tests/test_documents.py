"""What the documents say is true of the code: links, commands, settings, scopes and modules."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import discord
import pytest
from click.testing import CliRunner

from bot.answers.requests import TYPED_VERBS
from bot.config import setting_variables
from bot.transcripts.catalog import read_catalog
from handlers.cli.app import build_app
from handlers.discord.sync import install_links
from tests.generate_reference import commands

ROOT = Path(__file__).parents[1]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_OURS = re.compile(
    r"(?:[A-Z_]+=\S+ |sudo -u airquote )*(?:\.venv/bin/airquote|airquote|python -m handlers)"
    r"(?: ([^<]*)(?: < .*)?)?"
)
# What only tests and benchmarks read from the environment.
_FOR_TESTS = {"AIRQUOTE_TEST_POSTGRES", "AIRQUOTE_SHARED", "AIRQUOTE_CONTRACTS"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def everything() -> str:
    # What the reference shows is written by the code.
    return "\n".join(read(name) for name in NAMES if name != "docs/reference.md")


def code_of(text: str) -> Iterator[str]:
    """Yield what is typed: lines of blocks that show a terminal, and code within sentences."""
    for line in "".join(_FENCED.findall(text)).splitlines():
        if match := re.match(r"\s*[$#] (.+)", line):
            yield from re.split(r" && |; ", match[1].partition("  #")[0])
    yield from re.findall(r"`([^`\n]+)`", _FENCED.sub("", text))


def anchors_of(page: Path) -> set[str]:
    """Name the headings of a page as GitHub does in links."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table(text: str, heading: str) -> list[str]:
    """Read the code in the first column of the first table below a heading."""
    rows = text.partition(f"# {heading}\n")[2].partition("\n| --- ")[2].partition("\n\n")[0]
    return re.findall(r"`([^`]+)`", "\n".join(row.split(" | ")[0] for row in rows.splitlines()))


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", read(name)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page

        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


def test_every_page_is_linked_from_the_readme() -> None:
    linked = re.findall(r"\]\((docs/[\w-]+\.md)", read("README.md"))

    assert {name for name in NAMES if name.startswith("docs/")} == {*linked}


def test_every_command_and_option_exists() -> None:
    helps = {
        words: CliRunner().invoke(build_app(), [*words, "--help"]).output for words in commands()
    }
    processes = re.findall(r"^\w+: (.+)$", read("Procfile"), re.MULTILINE)
    typed = [_OURS.fullmatch(code) for code in (*code_of(everything()), *processes)]
    found = [shlex.split(match[1] or "") for match in typed if match]

    assert len(found) > 50
    for words in found:
        name = next((tuple(words[:n]) for n in (2, 1, 0) if tuple(words[:n]) in helps), ())
        assert name or not words or words[0].startswith("-"), words
        for option in (word for word in words if word.startswith("--")):
            assert f" {option} " in helps[name], words


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)", "\n".join(code_of(everything())), re.MULTILINE))

    assert {"demo", "test", "check"} <= named <= targets


def test_every_variable_is_a_setting() -> None:
    settings = {variable.name for _, variable in setting_variables()}
    named = set(re.findall(r"\b(?:AIRQUOTE|SLACK|DISCORD)_[A-Z_]+\b", everything()))

    assert named <= settings | _FOR_TESTS


def test_every_program_that_python_runs_exists() -> None:
    for module in re.findall(r"python -m ([\w.]+)", everything()):
        assert find_spec(module), module


def test_every_command_of_the_chats_is_explained_on_both_platforms() -> None:
    for name in ("docs/setup-slack.md", "docs/setup-discord.md"):
        words = set(re.findall(r"[a-z-]+", " ".join(re.findall(r"`([^`\n]+)`", read(name)))))
        wanted = {verb.value for verb in TYPED_VERBS}

        # In Slack, a search and help need no word.
        assert wanted - words <= {"search", "help"}, name


def test_the_scopes_are_those_of_the_manifest() -> None:
    page = read("docs/setup-slack.md").partition("### Scopes")[2].partition("\n## ")[0]
    required, optional = page.split("Six are optional")
    scopes = json.loads(read("handlers/slack/manifest.json"))["oauth_config"]["scopes"]
    named = [set(re.findall(r"`([a-z_]+:?[a-z]*)`", rows)) for rows in (required, optional)]

    assert named[0] == {*scopes["bot"]} - {*scopes["bot_optional"]}
    assert named[1] == {*scopes["bot_optional"]}


def test_the_link_to_add_it_to_a_server_asks_for_the_permissions_it_needs() -> None:
    page = read("docs/setup-discord.md")
    (asked,) = re.findall(r"permissions=(\d+)", page)
    server, _ = install_links(1)

    assert f"permissions={asked}&" in server
    assert discord.Permissions(int(asked)).attach_files


def test_the_catalog_takes_what_its_page_says() -> None:
    page = read("docs/transcripts.md")
    (example,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    fields = table(page, "Titles, guests and videos: the catalog")
    samples = {"season": 1, "episode": 4, "guests": "[A]", "topics": "[A]"}
    samples |= {"youtube": "sample00004", "date": "2025-04-08"}
    samples |= dict.fromkeys(["url", "audio"], "https://example.org/4")
    samples |= {"spotify": "0123456789abcdefghijAB", "template": "'{url}#{seconds}'"}
    samples |= {"apple": "https://podcasts.apple.com/podcast/id1?i=2"}
    lines = [f"  {field}: {samples.get(field, 'Words')}" for field in fields]

    assert read_catalog(example, "catalog.yaml").facts["on-call.srt"].title == "On Call for Models"
    assert len(lines) == 16
    assert read_catalog("\n".join(["a.srt:", *lines]), "catalog.yaml").facts["a.srt"].season == 1


def test_the_json_has_the_fields_that_its_page_says(home: Path) -> None:
    environment = {"AIRQUOTE_CACHE": str(home), "AIRQUOTE_EPISODES": "", "NO_COLOR": "1"}
    asked = ["search", "feature store", "--json"]
    done = CliRunner(env=environment).invoke(build_app(), asked)
    page = read("docs/searching.md")
    answer = json.loads(done.output.splitlines()[-1])

    assert table(page, "JSON for programs") == [*answer]
    hit = page.partition("Each hit has these fields")[2]
    assert {*table(f"# x\n{hit}", "x")} == {*answer["hits"][0]}


def test_every_sample_that_is_named_exists() -> None:
    formats = read("docs/transcripts.md").partition("## Formats")[2].partition("\n## ")[0]
    samples = set(re.findall(r"`((?:s01/)?[\w-]{8,}\.(?:md|txt|vtt|srt|json))`", formats))

    assert samples == {"model-registry.md", "feature-stores.vtt", "sample00001.txt"}
    assert all((ROOT / "data" / "episodes" / sample).is_file() for sample in samples)


def test_every_module_that_is_named_exists() -> None:
    folders = ("bench", "bot", "data", "docs", "handlers", "tests")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    known = [f"/{path.relative_to(ROOT).as_posix()}{'/' * path.is_dir()}" for path in paths]
    for name in ("docs/architecture.md", "CONTRIBUTING.md"):
        for path in re.findall(r"`((?:\w+/)*\w+(?:/|\.py))`", read(name)):
            assert any(each.endswith(f"/{path}") for each in known), f"{name}: {path}"


def test_the_changelog_is_one_that_people_can_keep() -> None:
    headings = re.findall(r"^#.*$", read("CHANGELOG.md"), re.MULTILINE)
    release = r"## \[Unreleased\]|## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}"
    kind = "### (Added|Changed|Deprecated|Removed|Fixed|Security)"

    assert headings[:2] == ["# Changelog", "## [Unreleased]"]
    for heading in headings[1:]:
        assert re.fullmatch(f"{release}|{kind}", heading), heading
