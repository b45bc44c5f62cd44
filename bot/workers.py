"""Work in a process of its own, so that answers stay fast meanwhile."""

import asyncio
import sys
from dataclasses import dataclass

from bot.files import ROOT


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """How a process has ended: its exit code, and what it wrote."""

    code: int
    output: bytes
    errors: bytes


async def run_worker(module: str, given: bytes, seconds: float) -> WorkerResult:
    """Run a module as `python -m` does, with `given` as its standard input, to its end.

    Raises TimeoutError if that takes longer than `seconds`. The process never outlives the call.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(seconds):
            output, errors = await process.communicate(given)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return WorkerResult(process.returncode or 0, output, errors)
