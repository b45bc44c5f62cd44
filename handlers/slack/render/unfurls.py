"""Cards -> what is shown below a link in a message."""

from dataclasses import replace
from html import unescape

from slack_sdk.models.blocks import (
    ImageElement,
    PlainTextObject,
    SectionBlock,
    VideoBlock,
)

from bot.answers.replies import Card
from bot.models import Episode
from bot.players import picture_of
from bot.search.links import read_link
from bot.text import one_line, truncate
from handlers.slack.render.buttons import Surface
from handlers.slack.render.cards import card_blocks, told_blocks
from handlers.slack.render.limits import ALT_TEXT, VIDEO_TITLE
from handlers.slack.render.rich_text import Parts, Payload, words

_LEAD = "What the podcast says there:"
_PLAYER = "https://www.youtube.com/embed/{id}?start={second}"


def render_unfurl(url: str, card: Card, episode: Episode, *, plays: bool = True) -> Payload:
    """Render a card below a link to its episode, with a player or else the episode's picture."""
    player = _player(url, card, episode) if plays else []
    bare = replace(card, buttons=(), chapters=(), picture="" if player else card.picture)
    if card.snippet:
        return {"blocks": [*player, *told_blocks(bare, words(_LEAD, bold=True))]}
    top = player or _picture(card, episode)
    return {"blocks": [*top, *card_blocks(bare, Surface.PUBLIC)]}


def _player(url: str, card: Card, episode: Episode) -> Parts:
    if not episode.youtube:
        return []
    link = read_link(unescape(url))
    second = int(link.second or 0) if link else 0
    player = VideoBlock(
        title=_title(card),
        title_url=card.url or None,
        video_url=_PLAYER.format(id=episode.youtube, second=second),
        thumbnail_url=picture_of(episode),
        alt_text=_described(card),
        provider_name="YouTube",
    )
    return [player.to_dict()]


def _picture(card: Card, episode: Episode) -> Parts:
    if not (picture := picture_of(episode)):
        return []
    accessory = ImageElement(image_url=picture, alt_text=_described(card))
    return [SectionBlock(text=_title(card), accessory=accessory).to_dict()]


def _title(card: Card) -> PlainTextObject:
    return PlainTextObject(text=truncate(one_line(card.title), VIDEO_TITLE), emoji=False)


def _described(card: Card) -> str:
    return truncate(one_line(f"The video of {card.title}"), ALT_TEXT)
