"""The version of what an index holds, apart from all that reads or writes one."""

INDEX_VERSION = 11
"""What an index of the same files holds, and how it is laid out.

Raise it with every change to either, such as to how transcripts are read, timed, cut or counted. A
release reads only indexes of its own version. 0 is what was written before there were versions.
"""


def explain_version(version: int) -> str:
    """Say why an index of a version cannot be read; "" if it can."""
    if version == INDEX_VERSION:
        return ""
    age = "older" if version < INDEX_VERSION else "newer"
    return f"it is of an {age} version, {version}, and this release reads {INDEX_VERSION}."
