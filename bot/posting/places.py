"""Recipients of messages: channels and people, by their platform's ids."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.claims import Claim, make_claim


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is asked or posted: channels of a workspace, the nearest first.

    A thread may come before its channel; without any, it is the workspace as a whole.
    """

    platform: str
    workspace: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a workspace."""

    platform: str
    workspace: str
    id: str

    @property
    def place(self) -> Place:
        """The channel as a place."""
        return Place(self.platform, self.workspace, (self.id,))


@dataclass(frozen=True, slots=True)
class ChannelMember:
    """A person in a channel; `obstacle` says why they may not decide there, "" if they may."""

    channel: Channel
    person: str
    obstacle: str = ""


class RecipientKind(StrEnum):
    """The kinds of recipient."""

    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person or a channel; a person on Discord is the same in all servers: `workspace` is ""."""

    platform: str
    workspace: str
    kind: RecipientKind
    id: str

    @property
    def channel(self) -> Channel:
        """The recipient as a channel."""
        return Channel(self.platform, self.workspace, self.id)


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: a person, in a workspace or server of a platform.

    `channels` are where, the nearest first; they make nobody another person.
    """

    platform: str
    workspace: str
    person: str
    channels: tuple[str, ...] = field(default=(), compare=False)

    @property
    def place(self) -> Place:
        """Where they ask."""
        return Place(self.platform, self.workspace, self.channels)

    @property
    def recipient(self) -> Recipient:
        """The person as a recipient of messages."""
        return person_at(self.platform, self.person, self.workspace)

    def claim(self, kind: str, *names: object, lasts: timedelta) -> Claim:
        """Make a claim of this person, in this workspace only."""
        return make_claim(
            kind, self.workspace, *names, lasts=lasts, platform=self.platform, person=self.person
        )


def platform_of(person: str) -> str:
    """Return the platform of a member's id: in Discord it is a number, in Slack it is not.

    In Slack, a workspace may stand before it: T012AB3C4/U567DE8F9.
    """
    return "discord" if person.isdecimal() else "slack"


def person_at(platform: str, person: str, workspace: str) -> Recipient:
    """Address a person: in Slack, an id belongs to a workspace, and so does who may write there."""
    home = workspace if platform == "slack" else ""
    return Recipient(platform, home, RecipientKind.PERSON, person)


def channel_at(channel: Channel) -> Recipient:
    """Address a channel."""
    return Recipient(channel.platform, channel.workspace, RecipientKind.CHANNEL, channel.id)
