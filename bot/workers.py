"""Worker processes, so that heavy work does not slow down answers."""

import asyncio
import sys
from dataclasses import dataclass

from bot.files import ROOT


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """The exit code of a process and what it wrote."""

    code: int
    output: bytes
    errors: bytes


async def run_worker(module: str, given: bytes, seconds: float) -> WorkerResult:
    """Run a module to its end as `python -m` does, with `given` as its standard input.

    Raises TimeoutError after `seconds`. The process never outlives the call.
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
