"""YAML with libyaml's parser and a text for every scalar. The only home of PyYAML.

YAML 1.1 turns an unquoted 1:00 into the number 60 and `no` into False. Here every scalar stays as
it was written, and the reader of a field decides what it means.
"""

import re
from typing import TypeAlias

import yaml

from bot.errors import TranscriptError

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"

LONGEST_TEXT = 20_000
"""Characters in one value or line; nobody says more in one turn."""

# libyaml composes nested collections on the C stack: some ten thousand levels crash the process.
# A transcript needs only a few.
_DEEPEST = 100
_BRACKETS = re.compile(r"[\[\]{}]")
_INDENTED = re.compile(rf"^(?: |[-?] ){{{_DEEPEST}}}", re.MULTILINE)
_DEFAULT_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}
_TOO_DEEP = "it is nested too deeply to be a transcript"


def load_yaml(text: str, path: str, first_line: int = 1) -> YamlValue:
    """Read one YAML document as texts, lists and mappings; an empty one is "".

    `first_line` is the line of the file on which `text` begins. Raises TranscriptError for broken
    YAML and for what no transcript needs: aliases, tags, duplicate keys, deep nesting, several
    documents, texts over 20,000 characters.
    """
    deep = _find_deep_nesting(text)
    if deep is not None:
        raise TranscriptError(path, _TOO_DEEP, line=first_line + text.count("\n", 0, deep))
    try:
        node = yaml.compose(text, yaml.CBaseLoader)
    except yaml.YAMLError as error:
        raise _as_transcript_error(error, text, path, first_line) from error
    return _Converter(path, first_line).convert(node) if node else ""


def text_of(mapping: YamlValue, key: str) -> str:
    """Return the text under a key of a mapping, or "" if there is none."""
    value = mapping.get(key, "") if isinstance(mapping, dict) else ""
    return value if isinstance(value, str) and value not in ("~", "null") else ""


def items_of(mapping: YamlValue, key: str) -> list[YamlValue]:
    """Return the list under a key of a mapping; a lone text counts as a list of one."""
    value = mapping.get(key, []) if isinstance(mapping, dict) else []
    if isinstance(value, list):
        return value
    lone = text_of(mapping, key)
    return [lone] if lone else []


def _find_deep_nesting(text: str) -> int | None:
    """Return the position at which brackets or indentation go too deep, if any.

    Brackets inside texts count too, so it may refuse too much but never too little.
    """
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            return bracket.start()
    indented = _INDENTED.search(text)
    return indented.start() if indented else None


def _as_transcript_error(
    error: yaml.YAMLError, text: str, path: str, first_line: int
) -> TranscriptError:
    if isinstance(error, yaml.MarkedYAMLError):
        reason = error.problem or error.context or "it cannot be parsed"
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else None
    else:
        reason = str(getattr(error, "reason", error))
        line = first_line + text.count("\n", 0, getattr(error, "position", 0))
    return TranscriptError(path, f"the YAML is broken: {reason}.", "Fix that line.", line)


class _Converter:
    """Converts composed nodes and remembers them, since an alias repeats its node."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.met: set[yaml.Node] = set()

    def convert(self, node: yaml.Node) -> YamlValue:
        if node in self.met:
            raise self.refuse(node, "YAML aliases (*name) are not accepted.", "Write it out.")
        self.met.add(node)
        if node.tag not in _DEFAULT_TAGS:
            raise self.refuse(node, f"the YAML tag {node.tag} is not accepted.", "Remove it.")
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        return [self.convert(item) for item in node.value]

    def scalar(self, node: yaml.ScalarNode) -> str:
        value: str = node.value
        if len(value) > LONGEST_TEXT:
            raise self.refuse(node, f"it has a text of {len(value):,} characters.", "Split it.")
        return value

    def mapping(self, node: yaml.MappingNode) -> dict[str, YamlValue]:
        converted: dict[str, YamlValue] = {}
        for key, value in node.value:
            name = self.convert(key)
            if not isinstance(name, str):
                raise self.refuse(key, "a key is a list or a mapping.", "Quote it.")
            if name in converted:
                raise self.refuse(key, f'the key "{name}" appears twice.', "Keep one of them.")
            converted[name] = self.convert(value)
        return converted

    def refuse(self, node: yaml.Node, reason: str, remedy: str) -> TranscriptError:
        line = self.first_line + node.start_mark.line
        return TranscriptError(self.path, reason, remedy, line)
