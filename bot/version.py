"""Which code runs: the version it was released as, and its commit."""

from contextlib import suppress
from importlib.metadata import version as distribution_version
from pathlib import Path


def version() -> str:
    """Name the release."""
    return distribution_version("airquote")


def commit() -> str:
    """Name the commit that is checked out here; "" where there is no checkout."""
    folder = Path(__file__).parents[1] / ".git"
    with suppress(OSError, UnicodeDecodeError):
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="ascii").strip()
        packed = (folder / "packed-refs").read_text(encoding="ascii").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    return ""
