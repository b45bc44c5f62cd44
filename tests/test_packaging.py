"""The wheel: it holds everything, and answers where nothing but it is installed."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.process import environment

ROOT = Path(__file__).parents[1]
BUILD = "from setuptools.build_meta import build_wheel; build_wheel('..')"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built of a copy without what was built before."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("bot", "handlers", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    subprocess.run([sys.executable, "-c", BUILD], cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel; what it depends on is borrowed from here."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    install = ["-m", "pip", "install", "--no-deps", "--no-index", wheel]
    subprocess.run([folder / "bin" / "python", *install], check=True, capture_output=True)
    packages = next(folder.glob("lib/*/site-packages"))
    # A path alone: what is installed there as editable, such as this checkout, stays out.
    borrowed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return folder / "bin"


def run(program: Path, *words: str, home: Path) -> str:
    variables = environment(home)
    del variables["PYTHONPATH"]
    done = subprocess.run(
        [program, *words], cwd=home, env=variables, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_holds_the_code_and_all_the_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    data = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    code = [path for part in ("bot", "handlers") for path in (ROOT / part).rglob("*.py")]

    assert {path.relative_to(ROOT).as_posix() for path in (*data, *code)} <= names
    assert "data/episodes/catalog.yaml" in names
    assert "handlers/slack/manifest.json" in names


def test_an_installed_wheel_answers_in_an_empty_folder(installed: Path, home: Path) -> None:
    where = run(installed / "python", "-c", "import bot; print(bot.__file__)", home=home)
    found = run(installed / "airquote", "search", "model registry", home=home)
    checked = run(installed / "airquote", "check", home=home)

    assert Path(where.strip()).is_relative_to(installed.parent)
    assert found.startswith("What the podcast says about “model registry”\n")
    assert "https://youtu.be/" in found
    assert "No file refused." in checked


def test_an_installed_wheel_keeps_its_store(installed: Path, home: Path) -> None:
    said = run(installed / "airquote", "store", "check", home=home)

    assert said == "The database opens, and its tables are up to date.\n"
