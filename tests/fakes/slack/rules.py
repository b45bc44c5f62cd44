"""What Slack refuses, and what this project does not want to send: each rule names what it found.

The schemas join in where AIRQUOTE_CONTRACTS names their folder; the models of slack_sdk and the
rules of notes/slack.md that both lack always do.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MOST_MESSAGE_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
# Slack refuses somewhere between 11,300 and 13,300 characters and does not say where.
MOST_MESSAGE_CHARACTERS = 10_000
MOST_BUTTON_VALUE = 2000
MOST_OPTIONS = 100
MOST_OPTION_CHARACTERS = 75
MOST_ID_CHARACTERS = 255
# Of charts, by https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
_CHART = "data_visualization"
MOST_CHARTS = 2
MOST_SERIES = 6
MOST_CATEGORIES = 20
MOST_LABEL_CHARACTERS = 20
MOST_CHART_TITLE = 50
_LINK = re.compile(r"https?://[^\s<>|\"'`]+")

_MESSAGE_KEYS = frozenset(
    {
        *("text", "blocks", "attachments", "metadata", "unfurl_links", "unfurl_media"),
        *("channel", "thread_ts", "reply_broadcast", "ts", "user"),
        *("response_type", "replace_original", "delete_original"),
    }
)
_METADATA = {"event_type", "event_payload"}
# Notifies a whole channel, or names something that only a member may name.
_UNWANTED_ELEMENTS = frozenset({"broadcast", "team"})
_DATE = re.compile(r"!date\^\d+\^(?:[^{}^|]|\{(?:date|time)\w*\})+\|[^|]+", re.ASCII)
_INTERACTIVE = re.compile(r"button|overflow|.*_select|.*_input|.*picker|checkboxes|radio_buttons")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_NAMED = re.compile(r"[UWCGS][A-Z0-9]+")
_ANGLED = re.compile(r"<([^<>]*)>")


def message_problems(body: dict[str, Any], people: frozenset[str] = frozenset()) -> list[str]:
    """Name what is wrong with a message; `people` are the ids it may mention, of channels too."""
    written = json.dumps(body, sort_keys=True)
    return list(_problems_of_message(written, people & frozenset(_NAMED.findall(written))))


# Checking takes longer than answering, and must not hold up the acknowledgements of a crowd.
@lru_cache(maxsize=256)
def _problems_of_message(written: str, people: frozenset[str]) -> tuple[str, ...]:
    body = json.loads(written)
    blocks = body.get("blocks") or []
    if body.get("delete_original") is True and not blocks:
        return ()
    found = [f"a message has no “{key}”" for key in set(body) - _MESSAGE_KEYS]
    # The published types lack charts.
    known = {"blocks": [each for each in blocks if each.get("type") != _CHART]} if blocks else {}
    found += _schema_problems(
        "slack-message", {**_only(body, "attachments", "blocks"), **known, **_text(body)}
    )
    charts = [each for each in blocks if each.get("type") == _CHART]
    found += [f"{len(charts)} charts"] if len(charts) > MOST_CHARTS else []
    found += [f"chart: {problem}" for each in charts for problem in _chart_problems(each)]
    found += _block_problems(blocks, MOST_MESSAGE_BLOCKS)
    found += _text_problems(body.get("text"), people)
    found += _people_problems(blocks, people)
    size = len(body.get("text") or "") + sum(map(len, shown_texts(blocks)))
    if size > MOST_MESSAGE_CHARACTERS:
        found.append(f"a message of {size} characters")
    if any(block.get("type") == "input" for block in blocks):
        found.append("an input block in a message")
    if set(body.get("metadata") or _METADATA) != _METADATA:
        found.append(f"metadata that Slack refuses: {body['metadata']}")
    if '"url": "http' in json.dumps(body):
        unfurled = [key for key in ("unfurl_links", "unfurl_media") if body.get(key) is not False]
        found += [f"{key} is not false on a message with links" for key in unfurled]
    return tuple(found)


def unfurl_problems(unfurl: dict[str, Any], domains: Iterable[str]) -> list[str]:
    """Name what is wrong with what is shown below a link, by an app that claims some domains."""
    blocks = unfurl.get("blocks") or []
    found = message_problems(
        {"text": "A link", "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    )
    found = [*found, *(["nothing below a link"] if not blocks else [])]
    for block in blocks:
        host = urlsplit(block.get("video_url", "")).hostname or ""
        ours = any(host == each or host.endswith(f".{each}") for each in domains)
        if block["type"] == "video" and not ours:
            found.append(f"Domain is not a valid unfurl domain claimed by your app: {host}")
    return found


def view_problems(view: dict[str, Any], people: frozenset[str] = frozenset()) -> list[str]:
    """Name what is wrong with a modal or with an App Home."""
    blocks = view.get("blocks") or []
    found = _schema_problems("slack-view", view)
    found += _block_problems(blocks, MOST_VIEW_BLOCKS)
    found += _people_problems(blocks, people)
    found += _formation_problems(lambda: View(**view).validate_json())
    if view.get("type") == "modal" and not view.get("title"):
        found.append("a modal without a title")
    if view.get("type") == "home" and {"title", "submit", "close"} & set(view):
        found.append("an App Home with what only a modal has")
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        found.append("inputs that nothing submits")
    return found


def options_problems(payload: dict[str, Any]) -> list[str]:
    """Name what is wrong with the answer to a select menu that asks for its options."""
    options = payload.get("options")
    if not isinstance(options, list):
        return ["suggestions without a list of options"]
    found = [f"{len(options)} options"] if len(options) > MOST_OPTIONS else []
    for option in options:
        label, value = option.get("text", {}), option.get("value")
        if set(option) - {"text", "value", "description"}:
            found.append(f"an option with unknown parts: {option}")
        if (
            label.get("type") != "plain_text"
            or not 0 < len(label["text"]) <= MOST_OPTION_CHARACTERS
        ):
            found.append(f"an option that cannot be shown: {option}")
        if not isinstance(value, str) or not 0 < len(value) <= MOST_OPTION_CHARACTERS:
            found.append(f"an option that cannot be sent back: {option}")
    return found


def shown_texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Give every text that is shown, in the order in which it is read."""
    for part in parts_of(blocks):
        if isinstance(part.get("text"), str):
            yield part["text"]


def parts_of(thing: Any) -> Iterator[dict[str, Any]]:
    """Walk through blocks and everything in them, in the order in which it is read."""
    if isinstance(thing, list):
        for each in thing:
            yield from parts_of(each)
    elif isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from parts_of(value)


def is_interactive(part: dict[str, Any]) -> bool:
    """Tell whether a part of a block is something that people press, choose or fill in."""
    return bool(_INTERACTIVE.fullmatch(str(part.get("type", ""))))


def _only(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: body[key] for key in keys if key in body}


def _text(body: dict[str, Any]) -> dict[str, Any]:
    return {"text": body.get("text")}


def _block_problems(blocks: list[dict[str, Any]], most: int) -> list[str]:
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    found += [f"the block_id “{name}” twice" for name, times in ids.items() if times > 1]
    for block in blocks:
        found += _model_problems(block) if block.get("type") != _CHART else []
        found += _element_problems(block)
        if block.get("type") == "section" and not (block.get("text") or block.get("fields")):
            found.append("a section without text or fields")
    for part in parts_of(blocks):
        found += _part_problems(part)
    return found


def _model_problems(block: dict[str, Any]) -> list[str]:
    """Ask slack_sdk: it knows the limits of most blocks, and drops what it does not know."""

    def check() -> None:
        parsed = Block.parse(block)
        if parsed is None:
            raise SlackObjectFormationError("there is no such block")
        parsed.validate_json()
        if parsed.to_dict() != block:
            raise SlackObjectFormationError("slack_sdk reads it as something else")

    return [f"{block.get('type')}: {problem}" for problem in _formation_problems(check)]


def _chart_problems(block: dict[str, Any]) -> Iterator[str]:
    """Check a chart by Slack's reference, as neither the schemas nor slack_sdk know the block."""
    if set(block) - {"block_id"} != {"type", "title", "chart"}:
        yield f"parts {sorted(block)}"
    chart = block["chart"]
    categories, series = chart["axis_config"]["categories"], chart["series"]
    names = [each["name"] for each in series]
    if chart["type"] not in ("bar", "line", "area"):
        yield f"the type {chart['type']}"
    if not 0 < len(series) <= MOST_SERIES or len({*names}) < len(names):
        yield f"the series {names}"
    if not 0 < len(categories) <= MOST_CATEGORIES or len({*categories}) < len(categories):
        yield f"the categories {categories}"
    for each in series:
        if [point["label"] for point in each["data"]] != categories:
            yield f"other points than categories in {each['name']}"
        if not all(type(point["value"]) in (int, float) for point in each["data"]):
            yield f"values that are no numbers in {each['name']}"
    labels = [*names, *categories, chart["axis_config"].get("x_label", "-")]
    if any(not 0 < len(each) <= MOST_LABEL_CHARACTERS for each in labels):
        yield f"a label of another length in {labels}"
    if not 0 < len(block["title"]) <= MOST_CHART_TITLE:
        yield f"the title {block['title']}"


def _formation_problems(check: Callable[[], None]) -> list[str]:
    try:
        check()
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError) as error:
        return [str(error)]
    return []


def _element_problems(block: dict[str, Any]) -> list[str]:
    parts = [part for part in parts_of(block) if is_interactive(part)]
    names = Counter(part["action_id"] for part in parts if "action_id" in part)
    found = [f"the action_id “{name}” twice in a block" for name, n in names.items() if n > 1]
    found += [f"no action_id on a {part['type']}" for part in parts if "action_id" not in part]
    long = [name for name in (*names, block.get("block_id", "")) if len(name) > MOST_ID_CHARACTERS]
    return found + [f"an id of {len(name)} characters" for name in long]


def _part_problems(part: dict[str, Any]) -> list[str]:
    kind, found = part.get("type"), []
    if kind in _UNWANTED_ELEMENTS:
        found.append(f"a {kind} element, which notifies or names what nobody asked for")
    if kind == "button" and len(part.get("value", "")) > MOST_BUTTON_VALUE:
        found.append(f"a button value of {len(part['value'])} characters")
    if kind in ("mrkdwn", "plain_text", "text", "link") and part.get("text") == "":
        found.append(f"an empty text in a {kind}")
    if kind == "mrkdwn":
        found += [f"in mrkdwn: {problem}" for problem in markup_problems(part["text"])]
    if "url" in part and not _LINK.fullmatch(str(part["url"])):
        found.append(f"a link to {part['url']}")
    return found


def markup_problems(text: str, people: frozenset[str] = frozenset()) -> list[str]:
    """Name what is raw in mrkdwn: entities, dates, our links and mentions of `people` are not."""
    found = ["a raw “&”"] if _ENTITY.search(text) else []
    for inside in _ANGLED.findall(text):
        link = inside.startswith("https://youtu.be/") and inside.count("|") <= 1
        named = inside[1:].removeprefix("subteam^") in people
        if not (link or named or _DATE.fullmatch(inside)):
            found.append(f"raw <{inside}>")
    rest = _ANGLED.sub("", text)
    return found + [f"a raw “{sign}”" for sign in "<>" if sign in rest]


def _text_problems(text: object, people: frozenset[str]) -> list[str]:
    if not isinstance(text, str) or not text.strip():
        return ["no text at the top level, which notifications and screen readers need"]
    return [f"in the text: {problem}" for problem in markup_problems(text, people)]


def _people_problems(blocks: list[dict[str, Any]], people: frozenset[str]) -> list[str]:
    parts = list(parts_of(blocks))
    named = {part.get("user_id") for part in parts if part.get("type") == "user"}
    channels = {part.get("channel_id") for part in parts if part.get("type") == "channel"}
    groups = {part.get("usergroup_id") for part in parts if part.get("type") == "usergroup"}
    unknown = [f"a link to {channel}, which is no channel" for channel in channels - people]
    unknown += [f"a mention of {group}, which is no group" for group in groups - people]
    return [*unknown, *(f"a mention of {user}, who did nothing" for user in named - people)]


def _schema_problems(name: str, instance: dict[str, Any]) -> list[str]:
    folder = os.environ.get("AIRQUOTE_CONTRACTS")
    if not folder:
        return []
    error = best_match(_validator(Path(folder) / f"{name}.schema.json").iter_errors(instance))
    return [f"{name} schema: {error.json_path}: {error.message[:300]}"] if error else []


@cache
def _validator(path: Path) -> Draft7Validator:
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))
