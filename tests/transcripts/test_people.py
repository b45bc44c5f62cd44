"""People's pages, and names for guests."""

from pathlib import Path

import pytest

from bot.transcripts.files import find_files
from bot.transcripts.people import complete_name, guest_name, read_people


def people(folder: Path, **pages: str) -> dict[str, str]:
    for stem, text in pages.items():
        path = folder / "people" / f"{stem}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_people(find_files([folder]).people)[0]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('"Ann Miller"', "Ann Miller"),
        ("'Ann Miller'", "Ann Miller"),
        ("Ann Miller", "Ann Miller"),
        ("Ann O'Hara  # host", "Ann O'Hara"),
        ("'Ann O''Hara'", "Ann O'Hara"),
        ('"Ann \\"Annie\\" Mill\\u00e9r"', 'Ann "Annie" Millér'),
        ("Søren Łukasz", "Søren Łukasz"),
    ],
)
def test_the_title_of_a_page_is_the_name(tmp_path: Path, title: str, name: str) -> None:
    assert people(tmp_path, annmiller=f"---\nshort: ann\ntitle: {title}\n---\nBio\n") == {
        "annmiller": name
    }


def test_templates_and_pages_without_a_title_name_nobody(tmp_path: Path) -> None:
    assert (
        people(tmp_path, _template='---\ntitle: "{{full}}"\n---\n', b="---\nshort: b\n---\n") == {}
    )


def test_a_broken_page_is_a_problem_with_its_line(tmp_path: Path) -> None:
    people(tmp_path, ann='---\nshort: ann\ntitle: "Ann\n---\n')

    names, (problem,) = read_people(find_files([tmp_path]).people)

    assert names == {}
    assert (problem.path, problem.line, problem.refused) == ("people/ann.md", 3, True)


@pytest.mark.parametrize(
    ("guest", "speakers", "name"),
    [
        ("annmiller", [], "Ann Miller-Stone"),
        ("Raphaël Hoogvliets", [], "Raphaël Hoogvliets"),
        ("nemanjaradojkovic", ["Alexey", "Nemanja"], "Nemanja Radojkovic"),
        ("nemanjaradojkovic", ["Nem", "Nemanja"], "Nemanja Radojkovic"),
        ("joseperez2", ["José", "J"], "José Perez"),
        ("benstone", ["Ben Stone"], "Ben Stone"),
        ("ben-stone", [], "Ben Stone"),
        ("nemanjaradojkovic", ["Alexey"], "Nemanjaradojkovic"),
        ("42", [], "42"),
    ],
)
def test_a_guest_gets_the_best_name_that_is_known(
    guest: str, speakers: list[str], name: str
) -> None:
    assert guest_name(guest, {"annmiller": "Ann Miller-Stone"}, speakers) == name


@pytest.mark.parametrize(
    ("name", "full"),
    [("Tom", "Tom Lund"), ("tom", "Tom Lund"), ("Ann", "Ann"), ("Ben", "Ben"), ("Tom L", "Tom L")],
)
def test_a_first_name_is_completed_if_only_one_person_has_it(name: str, full: str) -> None:
    assert complete_name(name, ["Tom Lund", "Tom Lund", "Ann Lee", "Ann Ray", "Ben"]) == full
