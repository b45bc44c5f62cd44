"""Guests where no file lists any."""

from collections import Counter
from dataclasses import replace

from bot.models import Cue, Episode, Guest
from bot.transcripts.guests import infer_guests


def episode(slug: str, *speakers: str, guests: tuple[str, ...] = ()) -> Episode:
    """An episode in which each speaker says something."""
    cues = tuple(Cue(f"{slug} is what I say, and more of it", speaker=name) for name in speakers)
    listed = tuple(Guest(name, name) for name in guests)
    return Episode(slug, slug, guests=listed, cues=cues, paths=(f"{slug}.vtt",))


def said_in(*episodes: Episode) -> dict[str, Counter[str]]:
    said: dict[str, Counter[str]] = {each.slug: Counter() for each in episodes}
    for each in episodes:
        for cue in each.cues:
            said[each.slug][cue.speaker] += len(cue.text)
    return said


def inferred(*episodes: Episode, people: str = "", **hosts: str) -> list[list[str]]:
    known = {slug: frozenset({name}) for slug, name in hosts.items()}
    pages = {name: name for name in people.split(", ")}
    found, _ = infer_guests(episodes, said_in(*episodes), known, pages)
    return [[guest.name for guest in each.guests] for each in found]


def test_who_is_not_in_most_episodes_is_a_guest() -> None:
    many = [episode("a", "Mia", "Tom"), episode("b", "Ben", "Mia"), episode("c", "Mia", "Ann")]

    assert inferred(*many) == [["Tom"], ["Ben"], ["Ann"]]


def test_a_first_name_is_that_of_the_person_in_the_title() -> None:
    many = [episode("a", "Mia", "Tom"), episode("b", "Mia", "Ben"), episode("c", "Mia", "Ann")]
    many = [replace(each, title=f"{each.slug}: Bread with Tom Lund") for each in many]

    assert inferred(*many, people="Tom Lund, Ann Lee") == [["Tom Lund"], ["Ben"], ["Ann"]]
    assert inferred(*many, people="Tom Lee, Ann Lee") == [["Tom"], ["Ben"], ["Ann"]]


def test_two_hosts_are_no_guests() -> None:
    many = [episode(slug, "Mia", "Ole", guest) for slug, guest in zip("abc", "XYZ", strict=True)]

    assert inferred(*many) == [["X"], ["Y"], ["Z"]]


def test_listed_guests_stay_and_teach_who_the_host_is() -> None:
    many = [
        episode("a", "Mia", "Tom", guests=("Tom Lund",)),
        episode("b", "Mia", "Ben", guests=("Ben",)),
        episode("c", "Mia", "Ann"),
    ]

    assert inferred(*many) == [["Tom Lund"], ["Ben"], ["Ann"]]


def test_in_a_single_episode_the_host_is_who_opens_it() -> None:
    assert inferred(episode("a", "Mia", "Tom", "Ann", "Mia")) == [["Tom", "Ann"]]


def test_a_role_or_a_mark_says_who_the_host_is() -> None:
    assert inferred(episode("a", "Tom", "Host")) == [["Tom"]]
    assert inferred(episode("a", "Tom", "Mia"), a="Mia") == [["Tom"]]


def test_numbers_and_callers_are_no_guests() -> None:
    talk = episode("a", "Mia", *["Tom"] * 60, "Caller", "SPEAKER_01", "")

    assert inferred(talk) == [["Tom"]]


def test_a_note_says_who_is_taken_for_a_guest() -> None:
    many = [episode("a", "Mia", "Tom"), episode("b", "Mia", "Ben"), episode("c", "Mia", "Ann")]

    (note,) = infer_guests(many, said_in(*many), {}, {})[1]

    assert (note.path, note.refused) == ("a.vtt", False)
    assert note.reason == (
        "it lists no guests: Tom is taken for its guest, and so are others in 2 more episodes."
    )
    nameless = episode("a", "SPEAKER_00")
    assert infer_guests([nameless], said_in(nameless), {}, {})[1] == []


def test_the_guests_of_a_feed_may_be_listed_there() -> None:
    many = [replace(episode("a", "Mia", "Tom"), guid="tea-1")]

    (note,) = infer_guests(many, said_in(*many), {}, {})[1]

    assert (
        note.remedy
        == "If that is wrong, list guests in catalog.yaml, or as podcast:person in the feed."
    )
