"""The types of settings: what each may hold, checked, and put into one form."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.branding import parse_colour, parse_style
from bot.languages import language_code
from bot.players import parse_players
from bot.translations import closest_language, languages


def _strip(value: object) -> object:
    """Remove the spaces and line breaks that come along when a token is pasted."""
    return value.strip() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _check_url(value: str) -> str:
    return _check_address(value, "https", "http").rstrip("/") + "/"


def _check_socket_url(value: str) -> str:
    return _check_address(value, "wss", "ws")


def _check_address(value: str, *schemes: str) -> str:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"it is not an address that begins with {beginnings}")
    return value


def _check_links(value: str) -> str:
    parse_players(value)
    return value


def _check_style(value: str) -> str:
    parse_style(value)
    return value


def _check_language(value: str) -> str:
    if not language_code(value):
        raise ValueError(f"“{value}” is not the code of a language, such as en or pt-BR")
    return language_code(value)


def _check_reply_language(value: str) -> str:
    if not closest_language(value):
        known = ", ".join(languages())
        raise ValueError(f"there are no texts in “{value}”, only in these languages: {known}")
    return closest_language(value)


ColourSetting = Annotated[str, AfterValidator(parse_colour)]
LanguageSetting = Annotated[str, AfterValidator(_check_language)]
LevelSetting = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
]
LinksSetting = Annotated[str, AfterValidator(_check_links)]
ReplyLanguageSetting = Annotated[str, AfterValidator(_check_reply_language)]
SocketUrlSetting = Annotated[str, AfterValidator(_check_socket_url)]
StyleSetting = Annotated[str, AfterValidator(_check_style)]
TokenSetting = Annotated[SecretStr, BeforeValidator(_strip)]
UrlSetting = Annotated[str, AfterValidator(_check_url)]
