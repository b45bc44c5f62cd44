"""An OpenSearch cluster for the tests: real nodes, each a Java process on this machine.

The server comes from Maven's central repository, once, into a cache folder outside of the checkout:
`python -m tests.clusters` fetches it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

from filelock import FileLock
from platformdirs import user_cache_path

_SOURCES = Path(__file__).parent / "opensearch"
_NODE, _POM = _SOURCES / "TestNode.java", _SOURCES / "pom.xml"
_HEAP = ("-Xms512m", "-Xmx512m")
_START_SECONDS = 180.0


class NoServerError(Exception):
    """Raised with a sentence that says what is missing."""


@dataclass
class Node:
    """A node of a cluster: the port it answers on, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the process at once, as if its machine had lost power."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


@dataclass
class Cluster:
    """The nodes of a cluster; `address` is that of all of them, for AIRQUOTE_ENGINE."""

    nodes: list[Node]

    @property
    def address(self) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"opensearch://{hosts}"


def prepare_server() -> Path:
    """Fetch and compile what a node runs, unless that was done before; return its folder.

    Raises NoServerError where Java or Maven is missing, or Maven cannot fetch it.
    """
    for program in ("java", "javac", "mvn"):
        if not shutil.which(program):
            raise NoServerError(f"no OpenSearch here: {program} is missing")
    digest = sha256(_POM.read_bytes() + _NODE.read_bytes()).hexdigest()[:16]
    cache = user_cache_path("airquote-tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"opensearch-{digest}"
    with FileLock(cache / "opensearch.lock"):
        if not folder.exists():
            made = folder.with_suffix(".new")
            shutil.rmtree(made, ignore_errors=True)
            _make(made)
            made.rename(folder)
    return folder


def _make(folder: Path) -> None:
    fetched = f"-DoutputDirectory={folder / 'lib'}"
    copy = ["mvn", "--batch-mode", "--quiet", "--file", str(_POM), "dependency:copy-dependencies"]
    compiled = ["javac", "-cp", str(folder / "lib" / "*"), "-d", str(folder), str(_NODE)]
    for command in ([*copy, fetched], compiled):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            told = (done.stdout + done.stderr).strip().splitlines()
            raise NoServerError(f"no OpenSearch here: {command[0]} says {told[-1:]}")


@contextmanager
def running_cluster(folder: Path, count: int = 2) -> Iterator[Cluster]:
    """Run a cluster whose data is in a folder; it is complete when the block begins."""
    server, ports = prepare_server(), _free_ports(2 * count)
    transports = [f"127.0.0.1:{port}" for port in ports[count:]]
    nodes: list[Node] = []
    try:
        for number, port in enumerate(ports[:count]):
            nodes.append(_start(server, folder / f"node{number}", number, port, transports))
        _wait(nodes)
        yield Cluster(nodes)
    finally:
        for node in nodes:
            with suppress(OSError):
                node.kill()


def _start(server: Path, home: Path, number: int, port: int, transports: Sequence[str]) -> Node:
    home.mkdir(parents=True)
    names = ",".join(f"node{each}" for each in range(len(transports)))
    settings = {
        "cluster.name": "airquote-tests",
        "node.name": f"node{number}",
        "path.home": home,
        "path.data": home / "data",
        "http.port": port,
        "transport.port": transports[number].rpartition(":")[2],
        "http.type": "netty4",
        "transport.type": "netty4",
        "discovery.seed_hosts": ",".join(transports),
        "cluster.initial_cluster_manager_nodes": names,
        # The disk of whoever runs tests may be nearly full.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    words = [f"{key}={value}" for key, value in settings.items()]
    path = os.pathsep.join((str(server), str(server / "lib" / "*")))
    command = ["java", *_HEAP, "-cp", path, "TestNode", *words]
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, cwd=home
        )
    return Node(port, process)


def _wait(nodes: Sequence[Node]) -> None:
    """Wait until all nodes have found each other."""
    until = time.monotonic() + _START_SECONDS
    address = f"http://127.0.0.1:{nodes[0].port}/_cluster/health"
    while time.monotonic() < until:
        if any(node.process.poll() is not None for node in nodes):
            break
        with suppress(OSError, ValueError), urlopen(address, timeout=5) as answer:
            if json.load(answer)["number_of_nodes"] == len(nodes):
                return
        time.sleep(0.2)
    raise NoServerError("no OpenSearch here: its nodes do not find each other")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


if __name__ == "__main__":
    try:
        prepare_server()
    except NoServerError as error:
        sys.exit(str(error))
