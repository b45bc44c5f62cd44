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
from bot.search.links import read_link
from bot.text import one_line, truncate
from handlers.slack.render.buttons import Surface
from handlers.slack.render.cards import card_blocks, told_blocks
from handlers.slack.render.limits import ALT_TEXT, VIDEO_TITLE
from handlers.slack.render.rich_text import Parts, Payload, words

_LEAD = "What the podcast says there:"
_PLAYER = "https://www.youtube.com/embed/{id}?start={second}"
_PICTURE = "https://i.ytimg.com/vi/{id}/hqdefault.jpg"


def render_unfurl(url: str, card: Card, episode: Episode, *, plays: bool = True) -> Payload:
    """Render a card below a link to its episode, with a player or else a picture of the video."""
    bare = replace(card, buttons=(), chapters=())
    if card.snippet:
        said = told_blocks(bare, words(_LEAD, bold=True))
    else:
        said = card_blocks(bare, Surface.PUBLIC)
    return {"blocks": [*_video(url, card, episode, plays=plays), *said]}


def _video(url: str, card: Card, episode: Episode, *, plays: bool) -> Parts:
    if not episode.youtube:
        return []
    title = PlainTextObject(text=truncate(one_line(card.title), VIDEO_TITLE), emoji=False)
    alt_text = truncate(one_line(f"The video of {card.title}"), ALT_TEXT)
    picture = _PICTURE.format(id=episode.youtube)
    if not plays:
        accessory = ImageElement(image_url=picture, alt_text=alt_text)
        return [SectionBlock(text=title, accessory=accessory).to_dict()]
    link = read_link(unescape(url))
    second = int(link.second or 0) if link else 0
    player = VideoBlock(
        title=title,
        title_url=card.url or None,
        video_url=_PLAYER.format(id=episode.youtube, second=second),
        thumbnail_url=picture,
        alt_text=alt_text,
        provider_name="YouTube",
    )
    return [player.to_dict()]
