"""What Discord refuses in a message although its published description allows it.

Limits and wording: discord-api-docs, resources/message and components/reference.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.fakes.discord.shapes import COMPONENTS_V2, LOADING, Json

_URL = re.compile(r"(?:https?|discord)://[^\s/]+\S*")
_MEDIA_URL = re.compile(r"(?:https?|attachment)://[^\s/]+\S*")
_ATTACHED = "attachment://"
_LINK, _PREMIUM = 5, 6
ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18


def words(text: str) -> frozenset[str]:
    """Read a list that is written as text."""
    return frozenset(text.split())


_MESSAGE_KEYS = words("""
    content embeds components flags attachments tts allowed_mentions nonce enforce_nonce
    poll message_reference sticker_ids thread_name applied_tags username avatar_url
""")
_NOT_IN_V2 = ("content", "embeds", "poll", "sticker_ids")
_VISIBLE = (*_NOT_IN_V2, "components", "attachments")
_EMBED_KEYS = words("""
    type url title color timestamp description author image thumbnail footer fields provider
    video flags
""")
_COMPONENT_KEYS = {
    ROW: words("components"),
    BUTTON: words("custom_id style label emoji url disabled sku_id"),
    SELECT: words("custom_id options placeholder min_values max_values disabled required"),
    INPUT: words("custom_id style label min_length max_length required value placeholder"),
    SECTION: words("components accessory"),
    TEXT: words("content"),
    THUMBNAIL: words("media description spoiler"),
    GALLERY: words("items"),
    FILE: words("file spoiler"),
    SEPARATOR: words("divider spacing"),
    CONTAINER: words("components accent_color spoiler"),
    LABEL: words("label description component"),
}


def parts_of(components: list[Json]) -> Iterator[Json]:
    """Give every component with those nested in it, in the order in which people see them."""
    for each in components:
        yield each
        inner = [*(each.get("components") or [])]
        inner += [each[name] for name in ("component", "accessory") if each.get(name)]
        yield from parts_of(inner)


def shown_text(message: Json) -> str:
    """Give all the text of a message, line by line, without the labels of its buttons."""
    lines = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        lines += _embed_texts(embed)
    parts = parts_of(message.get("components") or [])
    lines += [part["content"] for part in parts if part["type"] == TEXT]
    return "\n".join(line for line in lines if line)


def buttons_of(message: Json) -> list[Json]:
    """Give the buttons of a message, in the order in which people see them."""
    return [part for part in parts_of(message["components"]) if part["type"] == BUTTON]


def message_problems(body: Json, files: Iterable[str], before: Json | None) -> list[str]:
    """Check a message that is written, or with `before` one that is changed."""
    names, shown = [*files], {**(before or {}), **body}
    v2 = bool(((body.get("flags") or 0) | (before or {}).get("flags", 0)) & COMPONENTS_V2)
    found = [f"unknown key {key}" for key in body.keys() - _MESSAGE_KEYS]
    if len(body.get("content") or "") > 2000:
        found.append("content has over 2000 characters")
    if (body.get("allowed_mentions") or {}).get("parse") != []:
        found.append("allowed_mentions.parse is not []")
    if _is_empty(body, names, before):
        found.append("the message is empty")
    if v2:
        mixed = [name for name in _NOT_IN_V2 if shown.get(name)]
        found += [f"Components V2 and {name} do not mix" for name in mixed]
    found += _embeds_problems(body.get("embeds") or [])
    found += _poll_problems(body.get("poll") or {})
    found += _components_problems(body.get("components") or [], v2=v2)
    return found + _file_problems(body, names, before, v2=v2)


def _is_empty(body: Json, files: list[str], before: Json | None) -> bool:
    if before and not body.keys() & {*_VISIBLE} and not before.get("flags", 0) & LOADING:
        return False
    shown = {**(before or {}), **body}
    return not files and not any(shown.get(name) for name in _VISIBLE)


def _file_problems(body: Json, files: list[str], before: Json | None, *, v2: bool) -> list[str]:
    earlier = [each["filename"] for each in (before or {}).get("attachments", [])]
    urls = [url for url in _media_urls(body) if url.startswith(_ATTACHED)]
    used = [url.removeprefix(_ATTACHED) for url in urls]
    found = [f"no file is called {name}" for name in used if name not in (*files, *earlier)]
    if v2:
        found += [f"nobody sees the file {name}" for name in files if name not in used]
    given = body.get("attachments")
    if given is not None:
        missing = {str(n) for n in range(len(files))} - {str(each.get("id")) for each in given}
        found += [f"files[{n}] is not described" for n in sorted(missing)]
    return found


def _media_urls(body: Json) -> Iterator[str]:
    for embed in body.get("embeds") or []:
        yield from (embed[key]["url"] for key in ("image", "thumbnail") if embed.get(key))
    for part in parts_of(body.get("components") or []):
        yield from (part[key]["url"] for key in ("media", "file") if part.get(key))
        yield from (item["media"]["url"] for item in part.get("items") or [])


def _embed_texts(embed: Json) -> list[str]:
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    pairs = [(each["name"], each["value"]) for each in embed.get("fields") or []]
    texts = [author.get("name"), embed.get("title"), embed.get("description")]
    texts += [text for pair in pairs for text in pair]
    return [text for text in [*texts, footer.get("text")] if text]


def _embeds_problems(embeds: list[Json]) -> list[str]:
    found = [
        f"unknown key {key} in an embed" for each in embeds for key in each.keys() - _EMBED_KEYS
    ]
    if sum(len(text) for each in embeds for text in _embed_texts(each)) > 6000:
        found.append("the embeds have over 6000 characters together")
    fields = [field for each in embeds for field in each.get("fields") or []]
    found += ["an embed's field is empty" for each in fields if not _is_said(each)]
    urls = [each["url"] for each in embeds if each.get("url")]
    found += [f"{url} is no URL" for url in urls if not _URL.fullmatch(url)]
    found += [f"only the first embed of {url} is shown" for url in twice(urls)]
    return found


def _poll_problems(poll: Json) -> list[str]:
    """Check a poll, whose texts are shorter than the description says."""
    question = (poll.get("question") or {}).get("text") or ""
    answers = [each["poll_media"].get("text") or "" for each in poll.get("answers") or []]
    found = ["a poll's question has over 300 characters"] * (len(question) > 300)
    found += [f"{each!r} has not 1 to 55 characters" for each in answers if not 0 < len(each) < 56]
    return found + ["a poll without a question"] * bool(poll and not question)


def _is_said(field: Json) -> bool:
    return bool(str(field.get("name", "")).strip() and str(field.get("value", "")).strip())


def _components_problems(components: list[Json], *, v2: bool) -> list[str]:
    parts = [*parts_of(components)]
    found = [problem for part in parts for problem in part_problems(part)]
    found += id_problems(parts)
    if not v2:
        of_v2 = {part["type"] for part in parts} & {SECTION, *range(TEXT, LABEL)}
        found += [f"component {kind} needs the flag IS_COMPONENTS_V2" for kind in sorted(of_v2)]
        found += ["over 5 rows"] * (len(components) > 5)
    if len(parts) > 40:
        found.append(f"{len(parts)} components, the limit is 40")
    if sum(len(part["content"]) for part in parts if part["type"] == TEXT) > 4000:
        found.append("the texts have over 4000 characters together")
    urls = _media_urls({"components": components})
    return found + [f"{url} is no URL" for url in urls if not _MEDIA_URL.fullmatch(url)]


def id_problems(parts: list[Json]) -> list[str]:
    """Check that no two components have the same name."""
    names = twice(part["custom_id"] for part in parts if part.get("custom_id"))
    numbers = twice(part["id"] for part in parts if part.get("id"))
    return [f"custom_id {name} is used twice" for name in names] + [
        f"id {number} is used twice" for number in numbers
    ]


def twice(things: Iterable[Any]) -> list[Any]:
    """Give what is there more than once."""
    return [thing for thing, count in Counter(things).items() if count > 1]


def part_problems(part: Json) -> list[str]:
    """Check one component, without those nested in it."""
    kind = part.get("type", 0)
    if kind not in _COMPONENT_KEYS:
        return []
    unknown = part.keys() - _COMPONENT_KEYS[kind] - {"type", "id"}
    found = [f"unknown key {key} in component {kind}" for key in unknown]
    return found + (_CHECKS[kind](part) if kind in _CHECKS else [])


def _row_problems(row: Json) -> list[str]:
    kinds = [each["type"] for each in row["components"]]
    found = ["a row with more than its select"] * (SELECT in kinds and len(kinds) > 1)
    return found + ["a row with over 5 buttons"] * (len(kinds) > 5)


def _select_problems(menu: Json) -> list[str]:
    values = [each["value"] for each in menu.get("options") or []]
    found = [f"the option {value} is there twice" for value in twice(values)]
    least, most = menu.get("min_values"), menu.get("max_values")
    too_few = (least or 0) > (1 if most is None else most)
    return found + ["min_values over max_values"] * too_few


def _text_problems(text: Json) -> list[str]:
    return ["a text is empty"] * (not text["content"].strip())


def _button_problems(button: Json) -> list[str]:
    url, name, style = button.get("url"), button.get("custom_id"), button.get("style")
    found = [] if button.get("label") or button.get("emoji") else ["a button shows nothing"]
    if style == _LINK:
        found += ["a link button has no custom_id"] * bool(name)
        found += [f"{url} is no URL"] * (not _URL.fullmatch(url or ""))
    elif style != _PREMIUM:
        found += ["a button needs a custom_id"] * (not name)
        found += ["only a link button has an url"] * bool(url)
    return found


_CHECKS = {
    ROW: _row_problems,
    BUTTON: _button_problems,
    SELECT: _select_problems,
    TEXT: _text_problems,
}
