"""What `docs/faults.md` says is shown, by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
FAULTS = re.findall(r"^## (\d+)\. .+?$\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^- `(tests/[\w/]+\.py)::(test_\w+)`$", re.MULTILINE)
# These hold nothing but tests of faults.
OF_FAULTS = ("crowd", "database", "load", "network", "paused", "queries")


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in functions if name.startswith("test_")}


def test_every_fault_has_a_section() -> None:
    assert [int(number) for number, _ in FAULTS] == list(range(1, len(FAULTS) + 1))


@pytest.mark.parametrize("section", FAULTS, ids=[number for number, _ in FAULTS])
def test_what_shows_how_a_fault_ends_exists(section: tuple[str, str]) -> None:
    _, text = section
    shown = NAMED.findall(text)

    assert len(shown) == text.count("::") > 0
    for file, name in shown:
        assert name in names_in(ROOT / file)


@pytest.mark.parametrize("subject", OF_FAULTS)
def test_all_of_these_tests_are_named(subject: str) -> None:
    file = f"tests/scenarios/test_{subject}.py"

    assert {(file, name) for name in names_in(ROOT / file)} <= {*NAMED.findall(PAGE)}
