"""A podcast of four seasons in which "MLOps" is said in several ways, and misheard."""

from bot.models import Cue, Episode, Origin
from bot.search.index.lexicon import Lexicon, LexiconEntry
from tests.builders import episode

LEXICON = Lexicon(
    (
        LexiconEntry("MLOps", ("ML Ops",), ("envelopes",), ("push the envelopes",)),
        LexiconEntry("LLM", ("large language model",)),
        LexiconEntry("Kubernetes", ("k8s",)),
    )
)


def heard(text: str) -> Cue:
    return Cue(text, 50.0, 60.0, "", Origin.CAPTIONS)


def said(text: str, speaker: str) -> Cue:
    return Cue(text, 60.0, 70.0, speaker)


def podcast() -> list[Episode]:
    """Make four seasons; "MLOps" is said 3 + 0 + 2 + 0 times, and misheard twice in the third."""
    return [
        episode(
            "one",
            said("MLOps and ML Ops.", "Maria"),
            said("What is MLOps?", "Ann"),
            guests=("Maria Vechtomova",),
            season=1,
            number=1,
            youtube="abcdefghij1",
        ),
        episode("two", "Only models here.", season=2, number=1),
        episode(
            "three",
            said("MLOps!", "Raphael"),
            heard("they push the envelopes with envelopes and envelopes"),
            said("MLOps team, LLM team.", "Maria"),
            guests=("Raphael Hoogvliets",),
            season=3,
            number=1,
            youtube="abcdefghij3",
        ),
        episode("four", "Nothing of it.", season=4, number=1),
    ]
