"""A process that ends before any line of its code, as far as that code can see."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection
from types import FrameType, ModuleType
from typing import Any

from tests.weekly_world import Platform


class Killed(BaseException):
    """Ends a process."""


class Killer:
    """Ends everything just before the line of this number that is run in the traced files."""

    def __init__(self, number: int, traced: Collection[str]) -> None:
        self.left = number
        self._traced = traced

    def enter(self, frame: FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        posting = (Platform.post.__code__, Platform._deliver.__code__)
        return self.see if code.co_filename in self._traced or code in posting else None

    def see(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            self.left -= 1
            if not self.left:
                raise Killed
        return self.see


async def run_until_killed(
    work: Callable[[], Awaitable[object]], line: int, modules: Collection[ModuleType]
) -> bool:
    """Do something, and be killed before a line of some modules; False if there are fewer."""
    traced = {str(module.__file__) for module in modules}
    sys.settrace(Killer(line, traced).enter)
    try:
        # A task of its own: killed on its way out of a timeout, it is cancelled when that ends.
        await asyncio.ensure_future(work())
    except Killed:
        # With a process, all that it was doing ends.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return True
    finally:
        sys.settrace(None)
    return False
