"""Build an index in a worker process; files that end it are refused."""

import json
import signal
from dataclasses import dataclass, replace

from bot.errors import CacheError
from bot.library.job import OUT_OF_MEMORY, BuildLimits, HarmfulFile, Job, read_inspection, write_job
from bot.library.manifest import Inspection
from bot.reporting import Notice, Progress, ignore
from bot.workers import WorkerResult, run_worker

# How many more harmful files a build may find; each costs a worker.
_MAX_HARMFUL = 10
# How many lines of a build are passed on.
_MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class Built:
    """What an index is built from, with last good versions, and all harmful files known by now."""

    inspection: Inspection
    harmful: tuple[HarmfulFile, ...]


async def build_in_worker(
    job: Job,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Built:
    """Build an index at low priority, as `build_candidate` does; refuse files that end the worker.

    Raises CacheError with the worker's last words if it fails or takes too long.
    """
    seconds, most = job.limits.seconds, len(job.harmful) + _MAX_HARMFUL
    while True:
        events = _Events(on_progress)
        try:
            ended = await run_worker(
                "bot.library.build_job", write_job(job), seconds, events.receive
            )
        except TimeoutError:
            raise build_error(job, f"it took more than {seconds:g} s.") from None
        lines = ended.errors.decode(errors="replace").splitlines()[-_MAX_LINES:]
        if events.inspection:
            for line in lines:
                on_notice(line)
            return Built(events.inspection, job.harmful)
        harmful = events.blame(ended, job.limits)
        if harmful is None or len(job.harmful) >= most:
            # What a killed one leaves behind may still complain about that.
            said = lines[-1:] if ended.code > 0 else []
            raise build_error(job, said[0] if said else f"it ended with {ended.code}.")
        on_notice(f"{events.path}: {harmful.reason} It is refused.")
        job = replace(job, harmful=(*job.harmful, harmful))


class _Events:
    """The events of a worker: its progress, the file it is at, and its result."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._sha256 = ""
        self.path = ""
        self.inspection: Inspection | None = None

    def receive(self, line: bytes) -> None:
        """Take one event."""
        match json.loads(line):
            case ["file", path, sha256]:
                self.path, self._sha256 = path, sha256
            case ["progress", stage, done, of]:
                if done in (0, of):
                    self.path = ""
                self._on_progress(stage, done, of)
            case ["built", written]:
                self.inspection = read_inspection(written)

    def blame(self, ended: WorkerResult, limits: BuildLimits) -> HarmfulFile | None:
        """Return the file that ended the worker, if one did."""
        reason = _fault(ended.code, limits)
        return HarmfulFile(self._sha256, reason) if reason and self.path else None


def _fault(code: int, limits: BuildLimits) -> str:
    """Say what reading a file led to; "" if the worker ended for another reason.

    SIGKILL is another: operators and hosts send it too.
    """
    if code == OUT_OF_MEMORY:
        return f"reading it takes more than {limits.file_megabytes:,} MB of memory."
    if code == -getattr(signal, "SIGXCPU", 0):
        return f"reading it takes more than {limits.file_seconds} s of processor time."
    return "reading it crashes." if code in (-signal.SIGSEGV, -signal.SIGABRT) else ""


def build_error(job: Job, reason: str) -> CacheError:
    """Return the error that says why a new index could not be built."""
    return CacheError(str(job.registry.cache), f"a new index could not be built: {reason}")
