"""The container. No engine is needed: its layers are built with pip in an empty folder."""

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import pytest

from bot.engine_address import parse_engine
from bot.environment import load_settings
from bot.strict_yaml import YamlValue, load_yaml
from tests.process import ROOT, environment

# Where the image keeps the environment with Airquote, and where it is built.
HOME, WORK = "/opt/airquote", "/build"
_NO_NETWORK = re.compile("Could not find a version|Connection|Temporary failure", re.IGNORECASE)


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile: its name in capitals, and what follows it."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        return json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)


def stages() -> list[list[Instruction]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    split = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    found: list[list[Instruction]] = []
    for name, rest in split:
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name, rest))
    return found


def environment_of_image() -> dict[str, str]:
    values = [each.words for each in stages()[-1] if each.name == "ENV"]
    return dict(pair.split("=", 1) for words in values for pair in words)


def compose(name: str = "compose.yaml") -> dict[str, YamlValue]:
    read = load_yaml((ROOT / name).read_text(encoding="utf-8"), name)
    assert isinstance(read, dict)
    return read


def at(value: YamlValue, *keys: str) -> YamlValue:
    for key in keys:
        assert isinstance(value, dict)
        value = value[key]
    return value


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Carry out the first stage in a folder; return that of the environment it makes."""
    folder = tmp_path_factory.mktemp("image")
    home, work = folder / "home", folder / "build"
    work.mkdir()
    arguments: dict[str, str] = {}
    for instruction in stages()[0]:
        if instruction.name == "COPY":
            *sources, target = instruction.words
            subprocess.run(["cp", "-r", *sources, work / target], cwd=ROOT, check=True)
        elif instruction.name == "ARG":
            name, _, arguments[name] = instruction.rest.partition("=")
        elif instruction.name == "RUN":
            line = instruction.rest.replace(HOME, str(home))
            _run(Template(line).substitute(arguments), work)
    return home


def _run(line: str, work: Path) -> None:
    words = shlex.split(line)
    if words[0] == "python":
        words[0] = sys.executable
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(words, cwd=work, env=kept, capture_output=True, text=True, check=False)
    if done.returncode and _NO_NETWORK.search(done.stderr):
        pytest.skip("no packages can be fetched here")
    assert done.returncode == 0, done.stderr


def test_both_stages_are_built_on_the_same_python() -> None:
    (first, *_), (second, *_) = stages()

    assert first.rest == f"{second.rest} AS build"
    assert [each.rest for each in stages()[0] if each.name == "WORKDIR"] == [WORK]


def test_the_layers_make_an_airquote_that_answers(built: Path, tmp_path: Path) -> None:
    words = [str(built / "bin" / "airquote"), "search", "model registry"]
    # As in the image, and with no code on the path but what was installed.
    given = environment(tmp_path, AIRQUOTE_CACHE=str(tmp_path / "cache"), PYTHONPATH="")

    done = subprocess.run(
        words, cwd=tmp_path, env=given, capture_output=True, encoding="utf-8", check=False
    )

    assert "registry" in done.stdout, done.stderr


def test_everything_copied_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {source for each in stages()[0] if each.name == "COPY" for source in each.words[:-1]}

    assert "*" in lines
    assert sent == copied
    assert all((ROOT / source).exists() for source in copied)


def test_the_image_runs_as_a_user_who_may_write_to_its_folders() -> None:
    second = {each.name: each for each in stages()[-1]}
    made = next(each.rest for each in stages()[-1] if "useradd" in each.rest)
    written = {environment_of_image()["AIRQUOTE_CACHE"]}
    written.add(str(Path(urlsplit(environment_of_image()["DATABASE_URL"]).path[1:]).parent))

    assert second["USER"].rest == "airquote"
    assert set(second["VOLUME"].words) == written
    assert all(folder in made for folder in written)
    assert [*second["ENTRYPOINT"].words, *second["CMD"].words] == ["airquote", "run"]


def test_the_image_sets_what_airquote_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of_image().items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert str(settings.cache_folder) == "/var/cache/airquote"
    assert settings.port == int(next(e.rest for e in stages()[-1] if e.name == "EXPOSE"))


def test_the_compose_file_fits_the_image() -> None:
    services = at(compose(), "services")
    airquote, database = at(services, "airquote"), at(services, "database")
    volumes = at(compose(), "volumes")
    assert isinstance(services, dict)
    assert isinstance(volumes, dict)

    used = {
        str(volume).split(":")[0]
        for service in services.values()
        for volume in at(service, "volumes")
    }
    address = urlsplit(
        re.sub(r"\$\{.*?\}", "secret", str(at(airquote, "environment", "DATABASE_URL")))
    )
    assert used == set(volumes)
    assert set(at(airquote, "depends_on")) == {"database"}
    assert address.hostname == "database"
    assert address.username == at(database, "environment", "POSTGRES_USER")
    assert address.path == f"/{at(database, 'environment', 'POSTGRES_DB')}"
    assert str(at(airquote, "volumes")[0]).split(":")[1] in environment_of_image().values()
    port = environment_of_image()["PORT"]
    assert at(airquote, "ports") == [f"127.0.0.1:{port}:{port}"]
    assert f"127.0.0.1:{port}/healthz" in at(airquote, "healthcheck", "test")[-1]


def test_the_compose_file_with_opensearch_adds_what_airquote_asks() -> None:
    added = compose("compose.opensearch.yaml")
    airquote, search = (at(added, "services", name) for name in ("airquote", "search"))
    written = re.sub(r"\$\{.*?\}", "secret", str(at(airquote, "environment", "AIRQUOTE_ENGINE")))
    address = parse_engine(written)
    chosen = at(airquote, "build", "args", "ALSO")
    copied = {source for each in stages()[0] if each.name == "COPY" for source in each.words[:-1]}

    assert [host for host, _ in address.hosts] == ["search"]
    assert address.replicas == 0  # there is one node
    assert at(airquote, "depends_on", "search", "condition") == "service_healthy"
    assert chosen in copied
    assert "opensearch-py==" in (ROOT / str(chosen)).read_text(encoding="utf-8")
    assert at(search, "image") == f"opensearchproject/opensearch:{_tested_version()}"
    assert str(at(search, "volumes")[0]).split(":")[0] in at(added, "volumes")


def _tested_version() -> str:
    """Return the version that the tests start."""
    pom = (ROOT / "tests" / "opensearch" / "pom.xml").read_text(encoding="utf-8")
    found = re.search("<opensearch>(.*)</opensearch>", pom)
    assert found
    return found[1]
