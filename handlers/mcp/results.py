"""Replies as assistants get them: a text to read, and the same as data."""

from collections.abc import Iterator
from typing import Annotated

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, ConfigDict, Field

from bot.answers.replies import Card, Moment, Reply, SpokenTurn, numbered, remark, said_by
from bot.search.mentions import Mentions
from bot.translations import gettext


class _Data(BaseModel):
    """A part of a result. The SDK makes the schema of it, which it cannot of every dataclass."""

    model_config = ConfigDict(frozen=True)


class SaidTurn(_Data):
    """What one speaker says without a break."""

    text: str
    speaker: str = ""
    time: str = ""


class LinkedChapter(_Data):
    """A chapter of an episode, and the link to its beginning."""

    title: str
    time: str = ""
    url: str = ""


class FoundPlace(_Data):
    """A passage, or a whole episode if nothing is said in it."""

    episode: Annotated[str, Field(description="The episode's id, for the other tools.")]
    title: str
    number: Annotated[str, Field(description="Season and number, as in S17E05.")] = ""
    guests: tuple[str, ...] = ()
    url: Annotated[str, Field(description="Plays the episode from just before the words.")] = ""
    time: str = ""
    start: float | None = None
    end: float | None = None
    chapter: str = ""
    speaker: str = ""
    said: Annotated[
        tuple[SaidTurn, ...], Field(description="The words, after the question they reply to.")
    ] = ()
    label: str = ""
    remark: str = ""
    chapters: tuple[LinkedChapter, ...] = ()
    details: tuple[str, ...] = ()


class TermCount(_Data):
    """How often a term is mentioned; seasons without number are left out."""

    term: str
    total: int
    episodes: int
    by_season: dict[str, int]
    guests: Annotated[dict[str, int], Field(description="Who mentions it, most often first.")]


class ToolAnswer(_Data):
    """The answer of any tool; what is empty is left out."""

    answer: str
    places: tuple[FoundPlace, ...] = ()
    counts: tuple[TermCount, ...] = ()
    notes: tuple[str, ...] = ()
    did_you_mean: str = ""
    more: Annotated[bool, Field(description="Whether there is another page.")] = False


def result_of(reply: Reply) -> CallToolResult:
    """Turn a reply into a tool's result."""
    answer = ToolAnswer(
        answer=reply.text,
        places=tuple(map(_place, reply.cards)),
        counts=tuple(map(_count, reply.mentions)),
        notes=reply.notes,
        did_you_mean=reply.suggestion or "",
        more=reply.more,
    )
    data = answer.model_dump(mode="json", exclude_defaults=True)
    text = TextContent(type="text", text="\n".join(_lines(reply)))
    return CallToolResult(content=[text], structured_content=data)


def _place(card: Card) -> FoundPlace:
    return FoundPlace(
        episode=card.episode,
        title=card.title,
        number=card.code,
        guests=card.guests,
        url=card.url,
        time=card.time,
        start=card.start,
        end=card.end,
        chapter=card.chapter,
        speaker=card.speaker,
        said=tuple(map(_said, card.turns or said_by(card))),
        label=card.label,
        remark=remark(card.source, card.heard_as),
        chapters=tuple(map(_chapter, card.chapters)),
        details=card.details,
    )


def _said(turn: SpokenTurn) -> SaidTurn:
    return SaidTurn(text=turn.snippet.text, speaker=turn.speaker, time=turn.time)


def _chapter(chapter: Moment) -> LinkedChapter:
    return LinkedChapter(title=chapter.title, time=chapter.time, url=chapter.url)


def _count(counted: Mentions) -> TermCount:
    return TermCount(
        term=counted.term,
        total=counted.total,
        episodes=counted.episodes,
        by_season={str(season): times for season, times in counted.by_season},
        guests=dict(counted.guests),
    )


def _lines(reply: Reply) -> Iterator[str]:
    yield reply.text
    yield from reply.notes
    for number, card in numbered(reply):
        yield ""
        yield from _describe(card, number)
    if reply.more:
        yield "\n" + gettext("There is more on the next page.")


def _describe(card: Card, number: int | None) -> Iterator[str]:
    guests = gettext("with {names}", names=", ".join(card.guests)) if card.guests else ""
    names = " · ".join(filter(None, [card.label, card.title, card.code, guests]))
    yield names if number is None else f"{number}. {names}"
    about = " · ".join(filter(None, [card.speaker, card.chapter, card.time]))
    link = ": ".join(filter(None, [about, card.url]))
    if link:
        yield link
    for turn in card.turns or said_by(card):
        yield f"> {turn.speaker}: {turn.snippet.text}" if turn.speaker else f"> {turn.snippet.text}"
    if told := remark(card.source, card.heard_as):
        yield told
    for chapter in card.chapters:
        yield f"- {chapter.time} {chapter.title}: {chapter.url}".removesuffix(": ")
    yield from card.details
