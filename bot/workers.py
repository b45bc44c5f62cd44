"""Worker processes, so that heavy work neither slows down answers nor stops them."""

import asyncio
import ctypes
import gc
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bot.files import ROOT
from bot.reporting import ignore

if sys.platform != "win32":
    import resource

# Linux says here how many pages of memory this process has reserved.
_STATM = Path("/proc/self/statm")
_OBJECTS_BETWEEN_COLLECTIONS = 10_000
# In bytes: a picture may be one line.
_LONGEST_LINE = 2**24


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """The exit code of a process, negative for a signal, and what it wrote."""

    code: int
    output: bytes
    errors: bytes


async def run_worker(
    module: str, given: bytes, seconds: float, on_line: Callable[[bytes], None] = ignore
) -> WorkerResult:
    """Run a module to its end as `python -m` does, with `given` as its standard input.

    `on_line` is called with each line of its output as it is written. Raises TimeoutError after
    `seconds`. The process never outlives the call.
    """
    process = await _start(module)
    assert process.stdin and process.stdout and process.stderr  # noqa: S101 - they are pipes
    try:
        async with asyncio.timeout(seconds):
            output, errors, _ = await asyncio.gather(
                _read(process.stdout, on_line),
                process.stderr.read(),
                _write(process.stdin, given),
            )
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return WorkerResult(process.returncode or 0, output, errors)


async def _start(module: str) -> Process:
    command, pipe = (sys.executable, "-m", module), asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, limit=_LONGEST_LINE
    )


async def _read(output: StreamReader, on_line: Callable[[bytes], None]) -> bytes:
    lines = []
    async for line in output:
        on_line(line)
        lines.append(line)
    return b"".join(lines)


async def _write(to: StreamWriter, given: bytes) -> None:
    # A process that ends early says why by its exit code.
    with suppress(BrokenPipeError, ConnectionResetError):
        to.write(given)
        await to.drain()
    to.close()


def collect_seldom() -> None:
    """Look for garbage less often: what is read stays, and looking finds hardly any."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def give_memory_back() -> None:
    """Give what is free of this process's memory back to the system, where that is possible.

    Otherwise, it stays with the process wherever something is left behind it.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # only glibc has this
            ctypes.CDLL(None).malloc_trim(0)


def limit_further(megabytes: int, seconds: int) -> None:
    """Allow this process that much more memory and processor time than it has used by now.

    More memory raises MemoryError, on Linux; more time ends the process by SIGXCPU. The next call
    replaces the limits. Windows has neither.
    """
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + seconds)
    with suppress(OSError):
        pages = int(_STATM.read_text().split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + megabytes * 1_000_000)


def lift_limits() -> None:
    """Undo `limit_further`."""
    if sys.platform == "win32":
        return
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
        _, most = resource.getrlimit(kind)
        resource.setrlimit(kind, (most, most))


def _limit(kind: int, value: int) -> None:
    if sys.platform != "win32":
        _, most = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if most < 0 else min(value, most), most))
