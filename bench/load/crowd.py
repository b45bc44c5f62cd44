"""A crowd on a local platform, in a process of its own: it asks at a steady rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from time import monotonic, sleep
from typing import Protocol

from bench.load.chats import Asked, Discord, Slack

# Below the ten questions a minute that everybody has.
_PER_MINUTE = 8
# Somebody whose answer is not there by then gets none.
_LAST_SECONDS = 25.0
_TIDY_EVERY = 100


@dataclass(frozen=True, slots=True)
class Asking:
    """What a crowd asks: commands with their words, how many a second, and for how long.

    If it is `noisy`, one person asks every second of them.
    """

    commands: Sequence[tuple[str, str]]
    rate: float
    seconds: float
    noisy: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a command: seconds to the acknowledgement and to the answer, and what it was."""

    noisy: bool
    acknowledged: float | None
    answered: float | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a crowd heard, by how many seconds it asked too late, and what broke a rule."""

    heard: tuple[Heard, ...]
    late: float
    violations: tuple[str, ...]


class _Chat(Protocol):
    """A platform with people on it."""

    variables: dict[str, str]
    violations: list[str]

    def wait_for_bot(self, ports: Sequence[int]) -> None:
        """Wait until the processes that listen there can be asked."""

    def ask(self, person: int, verb: str, words: str) -> Asked:
        """Let somebody use a command."""

    def tidy(self) -> None:
        """Forget what is over."""

    def stop(self) -> None:
        """Close everything."""


def run_crowd(platform: str, pipe: Connection, over_http: bool) -> None:
    """Run a platform: tell its variables, then ask what is given until that is None."""
    chat: _Chat = (Slack if platform == "slack" else Discord)(over_http=over_http)
    pipe.send(chat.variables)
    chat.wait_for_bot(pipe.recv())  # they have been started
    pipe.send(None)
    people = count()
    while (asking := pipe.recv()) is not None:
        pipe.send(_ask_all(chat, asking, people))
    chat.stop()


def _ask_all(chat: _Chat, asking: Asking, people: "count[int]") -> Told:
    """Ask at the rate, whether answers come or not."""
    crowd = max(1, round(asking.rate * 60 / _PER_MINUTE))
    begun, late = monotonic(), 0.0
    asked: list[tuple[bool, Asked]] = []
    for number in range(round(asking.rate * asking.seconds)):
        due = begun + number / asking.rate
        sleep(max(0.0, due - monotonic()))
        late = max(late, monotonic() - due)
        noisy = asking.noisy and number % 2 == 0
        # Nobody of the crowd is number 0.
        person = 0 if noisy else 1 + next(people) % crowd
        verb, words = asking.commands[number % len(asking.commands)]
        asked.append((noisy, chat.ask(person, verb, words)))
        if number % _TIDY_EVERY == 0:
            chat.tidy()
    _wait_for([each for _, each in asked])
    return Told(tuple(_heard(*each) for each in asked), late, tuple(chat.violations))


def _wait_for(asked: Sequence[Asked]) -> None:
    end = monotonic() + _LAST_SECONDS
    while monotonic() < end and any(each.answered is None for each in asked):
        sleep(0.1)


def _heard(noisy: bool, asked: Asked) -> Heard:
    def since(moment: float | None) -> float | None:
        return None if moment is None else moment - asked.sent

    return Heard(noisy, since(asked.acknowledged), since(asked.answered), asked.outcome)
