"""What `docs/faults.md` says is shown, by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)::(test_\w+)`")


def test_every_fault_has_a_row() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 27))


@pytest.mark.parametrize("row", ROWS, ids=[number for number, *_ in ROWS])
def test_what_shows_how_a_fault_ends_exists(row: tuple[str, str, str, str]) -> None:
    shown = NAMED.findall(row[-1])

    assert len(shown) == row[-1].count("`") // 2 > 0
    for file, name in shown:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_all_of_these_tests_are_named() -> None:
    files = list(TESTS.glob("test_faults_*.py"))
    named = set(NAMED.findall(PAGE))
    written = {
        (path.name, name)
        for path in files
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert files
    assert written <= named
