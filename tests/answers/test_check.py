"""What is said of the files that were read."""

from bot.answers.check import check_corpus
from bot.config import SAMPLE_EPISODES
from bot.library.build import read_corpus
from bot.models import Corpus, Problem
from bot.transcripts.files import find_files


def test_check_counts_what_episodes_were_made_of() -> None:
    reply = check_corpus(read_corpus(find_files([SAMPLE_EPISODES])))

    assert reply.text == (
        "6 episodes: 1 from captions, 4 from edited text and 1 from edited text with captions. "
        "No file refused."
    )
    assert reply.notes == ()


def test_check_names_each_problem_with_its_place_and_what_to_do() -> None:
    problems = (
        Problem("a.txt", "it is empty.", "Remove it."),
        Problem("b.md", "a line is odd.", "Look at it.", 7, refused=False),
        Problem("c.srt", "it is binary.", line=3),
    )
    reply = check_corpus(Corpus((), problems))

    assert reply.text == "0 episodes. 2 files refused."
    assert reply.notes == (
        "a.txt: refused: it is empty. Remove it.",
        "c.srt:3: refused: it is binary.",
        "b.md:7: note: a line is odd. Look at it.",
    )
    assert check_corpus(Corpus(()), ["a", "b"]).text == "No transcripts found in “a” and “b”."
    assert check_corpus(Corpus((), problems[:1])).text == "0 episodes. 1 file refused."


def test_a_refused_entry_is_not_a_refused_file() -> None:
    entry = Problem("catalog.yaml", "it has no facts.", "Add a title.", 3, entry="b.srt")
    file = Problem("a.txt", "it is empty.")
    reply = check_corpus(Corpus((), (entry, file)))

    assert reply.text == "0 episodes. 1 file and 1 catalog entry refused."
    assert reply.notes[0] == "catalog.yaml:3: entry refused: it has no facts. Add a title."
    assert check_corpus(Corpus((), (entry, entry))).text == "0 episodes. 2 catalog entries refused."


def test_many_files_with_one_problem_are_one_line() -> None:
    untimed = [
        Problem(f"{n}.txt", "it has no times.", "Add some.", refused=False) for n in range(11)
    ]
    odd = Problem("b.md", "a line is odd.", "", 7, refused=False)
    corpus = Corpus((), (untimed[0], odd, *untimed[1:]))

    assert check_corpus(corpus).notes == (
        "0.txt and 10 more files: note: it has no times. Add some.",
        "b.md:7: note: a line is odd.",
        "To see every file, add --every.",
    )
    assert len(check_corpus(corpus, every=True).notes) == 12
    assert len(check_corpus(Corpus((), (odd, *untimed[1:]))).notes) == 11
