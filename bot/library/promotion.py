"""The checks before an index replaces the current one.

They guard against losses; growth always passes. From ten episodes on, a fifth may go at once. Of
fewer, deleting one or two is usually meant, and a percentage would refuse it each time; half of
them may go, so that only losing most of them, as by a wrong folder, is refused. A new file that
cannot be read is no loss, and must not keep the episodes of others away.
"""

from collections.abc import Iterator

from bot.library.manifest import Manifest
from bot.library.registry import Registry
from bot.text import pluralize

MOST_LOST = 0.2
MOST_LOST_MRR = 0.02
MOST_REFUSED = 0.1
FEW = 10
MOST_OF_FEW = 0.5
"""The share that may be lost of fewer than FEW episodes, or of as few files."""

_ACCEPT = "If that is right, accept it with: airquote index build --force"


def objections(new: Manifest, live: Manifest | None) -> str:
    """Say why an index must not replace the live one; "" if it may.

    Without a live one there is nothing to lose: anything may.
    """
    if live is None:
        return ""
    reasons = [_refused(new, live), *_lost(new, live), _worse(new, live)]
    found = " ".join(filter(None, reasons))
    return f"{found} {_ACCEPT}" if found else ""


def objection(new: Manifest, registry: Registry) -> str:
    """Say why a stored index must not become current; "" if it may.

    The reason is on record, perhaps for an index of another version of the same transcripts, or
    found by the checks.
    """
    standing = registry.standing()
    live = registry.manifest(standing.id) if standing.id else None
    return standing.why_not(new.id) or _gone_back_from(new, registry) or objections(new, live)


def promote_if_sound(index_id: str, registry: Registry, *, force: bool = False) -> str:
    """Make a stored index current unless there is an objection; return the objection.

    What fails the checks is remembered, so that it is not built again. Raises OSError.
    """
    standing, new = registry.standing(), registry.manifest(index_id)
    if index_id == standing.id and new:
        return ""
    if new is None:
        return "it is not kept any more."
    if force:
        registry.promote(index_id, "forced")
        return ""
    if reason := objection(new, registry):
        if not standing.why_not(index_id):
            registry.refuse(index_id, reason)
        return reason
    registry.promote(index_id, "checked")
    return ""


def _gone_back_from(new: Manifest, registry: Registry) -> str:
    """Object if an index of another version, of the same transcripts, was rolled back."""
    for index_id in registry.standing().passed_over:
        before = registry.manifest(index_id)
        if before and before.unreadable and before.transcripts == new.transcripts:
            return f"{index_id}, of the same transcripts, was rolled back. {_ACCEPT}"
    return ""


def _lost(new: Manifest, live: Manifest) -> Iterator[str]:
    after, before = new.counts, live.counts
    few = before.episodes < FEW
    most = MOST_OF_FEW if few else MOST_LOST
    yield _compare(after.episodes, before.episodes, "episode", most)
    # Of a few episodes, a single one may have most passages.
    if not few or after.episodes >= before.episodes:
        yield _compare(after.passages, before.passages, "passage", most)


def _compare(new: int, live: int, noun: str, most: float) -> str:
    if live - new <= most * live:
        return ""
    return f"{pluralize(new, noun)} instead of {live:,}: more than {most:.0%} would be lost."


def _refused(new: Manifest, live: Manifest) -> str:
    """Object if many of the files that the live index has can no longer be read."""
    had = {each.path for each in live.sources if each.status != "refused"}
    lost = {each.path: each.reason for each in new.refused if each.path in had}
    most = MOST_OF_FEW if len(had) < FEW else MOST_REFUSED
    if len(lost) <= most * len(had):
        return ""
    path, reason = next(iter(lost.items()))
    files = f"{len(lost):,} of {pluralize(len(had), 'file')}"
    return f"{files} can no longer be used, such as {path}: {reason}"


def _worse(new: Manifest, live: Manifest) -> str:
    """Object if the same queries lose more than MOST_LOST_MRR."""
    after, before = new.evaluation, live.evaluation
    if after is None or before is None or after.sha256 != before.sha256:
        return ""
    if round(before.mrr - after.mrr, 6) <= MOST_LOST_MRR:
        return ""
    return f"Queries are answered worse: MRR {after.mrr:.3f} instead of {before.mrr:.3f}."
