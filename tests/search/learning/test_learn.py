"""What captions hear instead of a term, learned from edited transcripts of the same words."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.models import Cue, Metadata, Origin, Transcript
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.lexicon_file import read_lexicon
from bot.search.learning.learn import (
    Example,
    LearningResult,
    Proposal,
    format_proposals,
    learn_from_files,
    learn_variants,
)
from bot.search.learning.parallel import TermPlace, align_talks, find_term_places
from bot.search.learning.terms import find_domain_terms
from bot.strict_yaml import load_yaml
from bot.transcripts.files import find_files
from bot.transcripts.grouping import Talk, group_files
from bot.transcripts.reader import ReadResult
from handlers.cli.app import build_app

SPOKEN = (
    "My first boat was small and red. I keep it on a lake in the north.",
    "We looked at GitOps for a year. In the end GitOps saved our evenings.",
    "Nobody sleeps when GitOps breaks, so we test it every night.",
    "She kept some goats and a garden, and we wrote letters about them.",
)
GITOPS = Lexicon((LexiconEntry("GitOps"),))


def heard(text: str) -> str:
    return text.lower().replace("gitops", "goat ops").replace(".", "").replace(",", "")


def talk(
    edited: Sequence[str], captions: Sequence[str], slug: str = "boats", title: str = "Boats"
) -> Talk:
    metadata = Metadata(slug=slug, title=title, topics=("sailing",))
    page = tuple(Cue(text, 60.0 * number) for number, text in enumerate(edited))
    lines = tuple(Cue(text, 60.0 * number) for number, text in enumerate(captions))
    return Talk(
        (Transcript(f"{slug}.md", slug, Origin.EDITED, metadata, cues=page),),
        (Transcript(f"{slug}.txt", slug, Origin.CAPTIONS, Metadata(), cues=lines),),
    )


def boats(**others: str) -> Talk:
    return talk(SPOKEN, [heard(text) for text in SPOKEN], **others)


def variants(learned: LearningResult) -> dict[tuple[str, str], Proposal]:
    return {(each.term, each.variant): each for each in learned.proposals}


def test_what_stands_in_the_place_of_a_term_is_proposed_with_its_counts() -> None:
    stray = talk((), ["the goat ops we never saw"], slug="stray")

    learned = learn_variants([boats(), boats(slug="again"), stray], GITOPS)

    proposal = variants(learned)["GitOps", "goat ops"]
    assert learned.episodes == 2
    assert (proposal.count, proposal.episodes, proposal.otherwise) == (6, 2, 1)
    assert proposal.examples[0] == Example(
        "boats",
        60.0,
        "north we looked at gitops for a year in",
        "north we looked at goat ops for a year in",
    )


def test_fillers_are_not_part_of_what_is_heard() -> None:
    captions = [heard(text).replace("goat ops", "um goat uh ops") for text in SPOKEN]

    assert ("GitOps", "goat ops") in variants(learn_variants([talk(SPOKEN, captions)], GITOPS))


def test_grammar_at_the_ends_is_not_part_of_it_either() -> None:
    captions = [heard(text).replace("goat ops", "the goat ops") for text in SPOKEN]

    assert ("GitOps", "goat ops") in variants(learn_variants([talk(SPOKEN, captions)], GITOPS))


def test_a_variant_that_is_already_in_the_lexicon_is_no_news() -> None:
    assert (
        learn_variants([boats()], Lexicon((LexiconEntry("GitOps", heard=("goat ops",)),))).proposals
        == ()
    )


def test_what_is_heard_once_is_no_habit() -> None:
    captions = [SPOKEN[0], heard(SPOKEN[1]).replace("goat ops", "gitops", 1), *SPOKEN[2:]]

    assert learn_variants([talk(SPOKEN, captions)], GITOPS).proposals == ()


def test_a_word_that_editors_mostly_keep_is_ordinary() -> None:
    captions = [heard(text).replace("goat ops", "goats") for text in SPOKEN]
    farm = [
        f"Then {n} goats came over the {n} hills" for n in ("two", "three", "four", "five", "six")
    ]

    alone = learn_variants([talk(SPOKEN, captions)], GITOPS)
    with_farm = learn_variants([talk(SPOKEN, captions), talk(farm, farm, slug="farm")], GITOPS)

    assert variants(alone)["GitOps", "goats"].ordinary == 1
    assert ("GitOps", "goats") not in variants(with_farm)


def test_another_form_of_the_term_is_the_doing_of_editors() -> None:
    lexicon = Lexicon((LexiconEntry("sailor"),))
    edited = ("One sailor knew. Another sailor did not.", "The third sailor slept on the deck.")
    captions = [text.replace("sailor", "sailors") for text in edited]

    assert learn_variants([talk(edited, captions)], lexicon).proposals == ()


def test_a_variant_that_differs_in_blanks_alone_has_the_same_meaning() -> None:
    captions = [heard(text).replace("goat ops", "git ops") for text in SPOKEN]

    learned = learn_variants([talk(SPOKEN, captions)], GITOPS)

    assert variants(learned)["GitOps", "git ops"].joined
    assert read_lexicon(format_proposals(learned), "patch").entries == (
        LexiconEntry("GitOps", ("git ops",)),
    )


def test_captions_of_something_else_teach_nothing() -> None:
    other = ["whales do not read newspapers", "the moon is far from here and cold"]

    assert learn_variants([talk(SPOKEN, other)], GITOPS).episodes == 0


def test_what_is_wrong_with_the_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Once upon a time\n", encoding="utf-8")

    learned = learn_from_files(find_files([tmp_path, tmp_path / "nope"]))

    assert sorted(Path(problem.path).name for problem in learned.problems) == ["letter.txt", "nope"]


def test_a_place_is_not_alone_where_editors_changed_a_neighbour() -> None:
    captions = [heard(SPOKEN[1]).replace("at goat", "into goat")]
    parallels = align_talks([talk(SPOKEN[1:2], captions)])

    places = [place for _, place in find_term_places(parallels[0], frozenset({("gitop",)}))]

    assert places == [TermPlace(3, 4, 2, 5, alone=False), TermPlace(10, 11, 11, 13, alone=True)]


def test_the_longest_term_is_the_one_that_is_looked_for() -> None:
    parallels = align_talks([boats()])

    terms = frozenset({("gitop",), ("gitop", "save")})

    assert [term for term, _ in find_term_places(parallels[0], terms)] == [
        ("gitop",),
        ("gitop", "save"),
        ("gitop",),
    ]


def test_terms_come_from_the_lexicon_the_topics_titles_and_names() -> None:
    text = "We moved to Zanzibar. Yesterday we were in Zanzibar. Yesterday it rained. " * 3
    pages = [
        Transcript("a.md", "a", Origin.EDITED, Metadata(title="A Guide to DuckTape"), cues=cues)
        for cues in [(Cue(text),)] * 3
    ]
    topics = Transcript("b.md", "b", Origin.EDITED, Metadata(topics=("open water",)))

    found = find_domain_terms(
        [*pages, topics], Lexicon((LexiconEntry("k3s", same=("small k8s",)),))
    )

    assert set(found.values()) == {"k3s", "open water", "DuckTape", "Zanzibar"}
    assert found["small", "k8s"] == "k3s"


def test_the_patch_is_a_lexicon_with_the_evidence_in_comments() -> None:
    example = Example("boats", 61.5, "the C# we use", "the sea sharp we use")
    proposal = Proposal("C#: the language", "sea sharp", 3, 1, 0, 12, False, (example,))

    patch = format_proposals(LearningResult((proposal,), 1))

    assert load_yaml(patch, "patch") == {"C#: the language": {"heard": ["sea sharp"]}}
    assert "# 3 times in 1 episode, 12 otherwise" in patch
    assert "# boats 61 s: the sea sharp we use | edited: the C# we use" in patch


def test_a_patch_without_proposals_says_so() -> None:
    patch = format_proposals(LearningResult((), 2))

    assert load_yaml(patch, "patch") == ""
    assert "2 episodes" in patch


def test_the_command_prints_a_patch_and_tells_by_its_exit_code_if_there_is_one(
    tmp_path: Path,
) -> None:
    items = "".join(f"- line: {text}\n  sec: {60 * n}\n" for n, text in enumerate(SPOKEN))
    page = f"---\ntitle: MLOps at sea\nids:\n  youtube: Boats-at_s0\ntranscript:\n{items}---\n"
    captions = "".join(f"{n}:00 {heard(text)}\n" for n, text in enumerate(SPOKEN))
    captions = captions.replace("goat ops", "envelopment")
    (tmp_path / "boats.md").write_text(page.replace("GitOps", "MLOps"), encoding="utf-8")
    run = CliRunner().invoke

    nothing = run(build_app(), ["lexicon", "learn", str(tmp_path)])
    (tmp_path / "Boats-at_s0.txt").write_text(f"Boats\n\n{captions}", encoding="utf-8")
    something = run(build_app(), ["lexicon", "learn", str(tmp_path)])

    assert (nothing.exit_code, something.exit_code) == (1, 0), something.output
    assert load_yaml(something.stdout, "patch") == {"MLOps": {"heard": ["envelopment"]}}


@pytest.mark.corpus
def test_the_real_corpus_teaches_how_captions_hear_mlops(real_transcripts: ReadResult) -> None:
    talks, _ = group_files(real_transcripts.transcripts)

    learned = variants(learn_variants(talks, Lexicon()))

    assert learned["MLOps", "envelopes"].count >= 15
    assert learned["MLOps", "envelopes"].ordinary == 0
    assert ("LLMs", "lms") in learned
