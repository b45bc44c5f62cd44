"""Worker processes, so that heavy work neither slows down answers nor stops them."""

import asyncio
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.files import ROOT
from bot.reporting import ignore

# No worker multiplies large matrices, and a third of the time that numpy takes to load is that of
# starting threads for it.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
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
    environment = {**_ENVIRONMENT, **os.environ}
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=ROOT,
        env=environment,
        limit=_LONGEST_LINE,
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
