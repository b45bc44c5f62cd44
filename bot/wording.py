"""How numbers are worded wherever Airquote speaks."""


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun: "1 episode", "2 episodes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
