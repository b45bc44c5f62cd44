"""What a podcast looks like on the pictures of its quotes, and which pictures are wanted."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Design(StrEnum):
    """How the picture of a quote is laid out."""

    PAPER = "paper"  # a serif on a calm ground
    POSTER = "poster"  # large letters on the podcast's colour
    PORTRAIT = "portrait"  # beside the guest


class Shape(StrEnum):
    """The format of a picture."""

    WIDE = "wide"
    SQUARE = "square"


class Theme(StrEnum):
    """Whether letters are light or dark."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class CardStyle:
    """Which pictures are wanted.

    Without a design, it is the portrait where there is a picture of the guest, else paper.
    """

    design: Design | None = None
    shape: Shape = Shape.WIDE
    theme: Theme = Theme.DARK


@dataclass(frozen=True, slots=True)
class Branding:
    """The name of a podcast, its colour as "#rrggbb", its cover, and a picture of the guest.

    Each is empty if unknown. The pictures are as they were found, and may be none.
    """

    name: str = ""
    colour: str = ""
    cover: bytes = b""
    portrait: bytes = b""


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a picture says; the `time` is that in the episode, "" if unknown.

    The `question` that the text answers begins with the name of the host who asks; "" for none.
    `podcast` is the id of the podcast whose episode it is, "" for the only one.
    """

    text: str
    speaker: str
    title: str
    time: str = ""
    question: str = ""
    podcast: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as a PNG, None if it cannot be drawn, and what whoever runs Airquote may mend."""

    png: bytes | None
    notes: tuple[str, ...] = ()


_OFF = frozenset({"", "0", "off", "no", "false", "n", "f"})
_ON = frozenset({"1", "on", "yes", "true", "y", "t"})
_COLOUR = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)


def parse_style(typed: str) -> CardStyle | None:
    """Parse words such as "portrait square light"; None if no pictures are wanted.

    Raises ValueError that names a word without a meaning, or two with the same.
    """
    words = typed.casefold().replace(",", " ").split()
    if not words or (len(words) == 1 and words[0] in _OFF):
        return None
    style: dict[str, StrEnum] = {}
    kinds: dict[str, type[StrEnum]] = {"design": Design, "shape": Shape, "theme": Theme}
    for word in words:
        found = next((key for key, kind in kinds.items() if word in set(kind)), "")
        if found and style.get(found, word) != word:
            raise ValueError(f"“{style[found]}” and “{word}” are both a {found}: name one")
        if found:
            style[found] = kinds[found](word)
        elif word not in _ON:
            known = ", ".join(each for kind in kinds.values() for each in kind)
            raise ValueError(f"“{word}” is neither 1 nor one of {known}")
    return CardStyle(**style)  # type: ignore[arg-type] # by kind, as above


def parse_colour(typed: str) -> str:
    """Bring a colour into the form "#rrggbb"; "" for none. Raises ValueError."""
    if not typed.strip():
        return ""
    found = _COLOUR.fullmatch(typed.strip())
    if not found:
        raise ValueError("it is not a colour such as #e4572e")
    digits = found[1] if len(found[1]) == 6 else "".join(each * 2 for each in found[1])
    return f"#{digits.lower()}"
