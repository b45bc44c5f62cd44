"""How numbers and long texts are worded wherever Airquote speaks."""


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun: "1 episode", "2 episodes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters: between words where there are any, with "…"."""
    if len(text) <= limit:
        return text
    room = max(limit - 1, 0)
    kept = text[: max(text.rfind(" ", 0, room + 1), 0)].rstrip(" ,;:–-")
    return f"{kept or text[:room]}…"[: max(limit, 0)]
