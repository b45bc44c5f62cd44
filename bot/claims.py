"""Claims: what processes that share a database may do only once, or a few times, in some time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim to do something, valid for `lasts`.

    `key` and `person` are digests, so that the database does not reveal who asked what; `person`
    is "" if the claim is not about anyone.
    """

    key: str
    lasts: timedelta
    person: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """How often something has been claimed by now, this time included, and until when."""

    count: int
    until: datetime

    @property
    def is_first(self) -> bool:
        """Whether this is the first claim."""
        return self.count == 1


def digest_person(platform: str, person: str) -> str:
    """Return what stands for a person in all their claims, in any workspace."""
    return _digest("person", platform, person)


def make_claim(
    kind: str, *names: object, lasts: timedelta, platform: str = "", person: str = ""
) -> Claim:
    """Make a claim to something that has these names."""
    whose = digest_person(platform, person) if person else ""
    return Claim(_digest(kind, whose, *names), lasts, whose)


def _digest(*names: object) -> str:
    named = "\0".join(map(str, names)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(named).hexdigest()[:32]
