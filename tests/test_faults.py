"""What `docs/faults.md` says is shown, by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")
FAULTS = re.findall(r"^## (\d+)\. .+?$\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^- `([\w/]*test_\w+\.py)::(test_\w+)`$", re.MULTILINE)


def functions_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_fault_has_a_section() -> None:
    assert [int(number) for number, _ in FAULTS] == list(range(1, 27))


@pytest.mark.parametrize("section", FAULTS, ids=[number for number, _ in FAULTS])
def test_what_shows_how_a_fault_ends_exists(section: tuple[str, str]) -> None:
    _, text = section
    shown = NAMED.findall(text)

    assert len(shown) == text.count("::") > 0
    for name, test in shown:
        assert any(test in functions_in(file) for file in TESTS.rglob(name)), f"{name}::{test}"


def test_all_of_these_tests_are_named() -> None:
    files = list(TESTS.rglob("test_faults_*.py"))
    named = {(Path(name).name, test) for name, test in NAMED.findall(PAGE)}
    written = {
        (path.name, name)
        for path in files
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert files
    assert written <= named
