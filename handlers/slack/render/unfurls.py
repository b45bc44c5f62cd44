"""Cards -> what is shown below a link in a message."""

from dataclasses import replace
from html import unescape

from bot.answers.replies import Card
from bot.models import Episode
from bot.players import picture_of
from bot.search.links import read_link
from bot.text import one_line, truncate
from bot.translations import gettext
from handlers.slack.render.buttons import Surface, plain_text_object
from handlers.slack.render.cards import card_blocks, pictured_block, told_blocks
from handlers.slack.render.limits import ALT_TEXT, VIDEO_TITLE
from handlers.slack.render.rich_text import Parts, Payload, words

_PLAYER = "https://www.youtube.com/embed/{id}?start={second}"


def render_unfurl(url: str, card: Card, episode: Episode, *, plays: bool = True) -> Payload:
    """Render a card below a link to its episode, with a player or else the episode's picture."""
    player = _player(url, card, episode) if plays else []
    bare = replace(card, buttons=(), chapters=(), picture="" if player else card.picture)
    if card.snippet:
        lead = gettext("What the podcast says there:")
        return {"blocks": [*player, *told_blocks(bare, words(lead, bold=True))]}
    top = player or _picture(card, episode)
    return {"blocks": [*top, *card_blocks(bare, Surface.PUBLIC)]}


def _player(url: str, card: Card, episode: Episode) -> Parts:
    if not episode.youtube:
        return []
    link = read_link(unescape(url))
    second = int(link.second or 0) if link else 0
    player = {
        "type": "video",
        "title": plain_text_object(card.title, VIDEO_TITLE),
        "video_url": _PLAYER.format(id=episode.youtube, second=second),
        "thumbnail_url": picture_of(episode),
        "alt_text": _described(card),
        "provider_name": "YouTube",
    }
    return [{**player, **({"title_url": card.url} if card.url else {})}]


def _picture(card: Card, episode: Episode) -> Parts:
    if not (picture := picture_of(episode)):
        return []
    image = {"type": "image", "image_url": picture, "alt_text": _described(card)}
    return pictured_block(image, truncate(card.title, VIDEO_TITLE))


def _described(card: Card) -> str:
    return truncate(one_line(gettext("The video of {title}", title=card.title)), ALT_TEXT)
