"""The markup that members of both platforms write: emoji codes, links with a label, and code."""

import re

from bot.search.links import read_link

# ":tea:", but not the middle of "10:30:45".
_EMOJI = re.compile(r"(?<!\w):[\w+'-]+:(?!\w)")
_LABELLED = re.compile(r"\[([^\[\]]+)\]\(<?([a-z]+://[^\s()<>]+)>?\)")
_FENCED = re.compile(r"```(?:[\w+#-]+\n)?(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


def decode_markup(text: str) -> str:
    """Convert markup to plain text: emoji are left out, links and code become what they show."""
    shown = _LABELLED.sub(lambda found: label_of(found[2], found[1]), text)
    return _EMOJI.sub("", _CODE.sub(r"\1", _FENCED.sub(r"\1", shown)))


def label_of(address: str, label: str) -> str:
    """Return what a link stands for: its label, or its address if that is of a video."""
    link = read_link(address)
    return address if link and link.is_video and link.names else label or address
