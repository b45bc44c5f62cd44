"""What people do in a chat and what they see there: the language of scenarios, on any platform.

A platform's members translate it into what the platform really sends, and read what it shows.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Kind(StrEnum):
    """Where an answer is shown."""

    MESSAGE = "message"
    DIALOG = "dialog"
    HOME = "home"


class Feature(StrEnum):
    """What not every platform has; a scenario that needs it happens only where it is."""

    DIALOGS = "dialogs"
    HOME = "a place where the bot introduces itself"
    MENTIONS = "questions in a message that mentions the bot"
    THREADS = "answers below a message"
    CHARTS = "charts of the platform's own"
    PICTURES = "charts drawn as pictures"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as people see it, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that the bot shows, as a person sees it.

    `text` is all that can be read, without markup, buttons and pictures; `bold` what stands out in
    it. `rows` are the labels of the buttons, a row for each place that has some. `below` is the
    message it answers in a thread or as a reply, "" where it stands alone. `pictures` are the
    contents of those that are shown, as far as they are more than their description.
    """

    text: str
    bold: tuple[str, ...]
    links: tuple[Link, ...]
    rows: tuple[tuple[str, ...], ...]
    private: bool
    kind: Kind
    below: str
    _press: Callable[[str, int], "Answer"] = field(repr=False, compare=False)
    pictures: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels of all buttons, in the order in which they are shown."""
        return tuple(label for row in self.rows for label in row)

    def press(self, label: str, card: int = 0) -> "Answer":
        """Press a button, where several have the label that of a card, and see what happens."""
        assert self.buttons.count(label) > card, f"no {label!r} on card {card}: {self.rows}"
        return self._press(label, card)


class Form(Protocol):
    """A form to search with: its fields are words, guest, episode and season."""

    @property
    def shows(self) -> Kind:
        """Where it shows what it finds."""

    def suggest(self, name: str, typed: str) -> tuple[str, ...]:
        """Type into a field and see what is suggested."""

    def submit(self, **filled_in: str) -> Answer:
        """Fill fields in, those with suggestions by the label of one, and see what is found."""


class Member(Protocol):
    """A person in a channel, alone there with the bot unless others are invited."""

    @property
    def name(self) -> str:
        """What others call them."""

    def say(self, typed: str) -> Answer:
        """Type something behind /podcast."""

    def ask_aloud(self, question: str) -> Answer:
        """Ask the bot so that everybody in the channel sees the answer."""

    def mention(self, question: str, *, below: str = "") -> Answer:
        """Ask the bot in a message that mentions it, below another one if one is given."""

    def use_shortcut_on(self, message: str) -> Answer:
        """Look for what somebody's message is about."""

    def open_form(self) -> Form:
        """Open the form to search with."""

    def open_home(self) -> Answer:
        """Open the place where the bot introduces itself."""

    def screen(self) -> tuple[Answer, ...]:
        """Look at all messages of the bot that can be seen in the channel, oldest first."""

    def press_old(self, answer: Answer, label: str) -> Answer:
        """Press a button as if an earlier version of the bot had made it."""

    def elsewhere(self) -> "Member":
        """Go to a channel of which the bot is no member."""

    def neighbour(self) -> "Member":
        """Invite another person to the channel."""


class Platform(Protocol):
    """A platform with the bot on it."""

    @property
    def home(self) -> Path:
        """The folder that is everything the bot's process knows of."""

    def join(self) -> Member:
        """Let a new person come into a new channel."""

    def restart(self) -> None:
        """End the bot's process and start another one."""


@dataclass(frozen=True, slots=True)
class Venue:
    """How a platform is run for a folder that the bot knows and its variables, and what it has."""

    run: Callable[..., AbstractContextManager[Platform]]
    features: frozenset[Feature]
