"""What the page on assistants says to copy is what they take, and lists what there is."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.library.library import Library
from handlers.mcp.adapter import ASSISTANTS_PATH
from tests.handlers.mcp.test_tools import asking, list_tools

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
DESKTOP, SLACK = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))

Json = dict[str, Any]


@pytest.fixture
def manifest() -> Json:
    shipped = ROOT / "handlers" / "slack" / "manifest.json"
    return dict(json.loads(shipped.read_text(encoding="utf-8")))


def test_the_page_lists_the_tools(library: Library) -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)

    assert listed == [tool.name for tool in list_tools(asking(library))]


def test_a_desktop_assistant_starts_the_command() -> None:
    (server,) = DESKTOP["mcpServers"].values()

    assert server["command"].endswith("/airquote")
    assert server["args"] == ["mcp"]


def test_slack_takes_the_manifest_with_the_server(manifest: Json) -> None:
    contracts = os.environ.get("AIRQUOTE_CONTRACTS")
    if not contracts:
        pytest.skip("AIRQUOTE_CONTRACTS is not set: no schema of manifests here")
    schema = json.loads((Path(contracts) / "slack-manifest.schema.json").read_text("utf-8"))
    manifest["mcp_servers"] = SLACK["mcp_servers"]
    manifest["oauth_config"]["scopes"]["bot"] += SLACK["oauth_config"]["scopes"]["bot"]
    (server,) = SLACK["mcp_servers"].values()

    assert server["url"].endswith(ASSISTANTS_PATH)
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []
