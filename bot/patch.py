"""What was learned, written down as a lexicon for a person to read and accept."""

import json
import re
from collections.abc import Iterator
from itertools import groupby

from bot.learning import Learned, Proposal
from bot.wording import count_of

# What YAML reads as the text it is.
_PLAIN = re.compile(r"[A-Za-z][\w+/.-]*(?: [\w+/.-]+)*")


def as_patch(learned: Learned) -> str:
    """Write proposals in the lexicon's own YAML, with what speaks for each in comments."""
    episodes = count_of(learned.episodes, "episode")
    if not learned.proposals:
        return f"# {episodes} with both an edited transcript and captions: nothing new was heard.\n"
    lines = [
        f"# Heard in {episodes} with both an edited transcript and captions.",
        "# Keep what is right; where a variant is an ordinary word too, block its phrases: not.",
    ]
    for term, group in groupby(learned.proposals, key=lambda each: each.term):
        proposals = list(group)
        lines.append(f"{_as_key(term)}:")
        for key, joined in (("same", True), ("heard", False)):
            chosen = [each for each in proposals if each.joined is joined]
            lines += [f"  {key}:"] if chosen else []
            lines += [line for each in chosen for line in _described(each)]
    return "\n".join(lines) + "\n"


def _described(proposal: Proposal) -> Iterator[str]:
    times = f"{count_of(proposal.count, 'time')} in {count_of(proposal.episodes, 'episode')}"
    yield f"    - {_as_key(proposal.variant)} # {times}, {proposal.otherwise} otherwise"
    for example in proposal.examples:
        second = "" if example.second is None else f" {int(example.second)} s"
        yield f"      # {example.episode}{second}: {example.heard} | edited: {example.edited}"


def _as_key(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
