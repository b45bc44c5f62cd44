"""What docs/licences.md says is true of the packages that are pinned and installed."""

from pathlib import Path

from tests.generate_licences import PAGE, licences, licences_of_packages, locked_names, read_page

ROOT = Path(__file__).parents[1]


def test_every_package_has_a_licence() -> None:
    unlisted = [name for name, licence in licences_of_packages().items() if not licence]

    assert not unlisted, f"Write a row for each into {PAGE.name}, from its project's page."
    assert {*read_page()} == {*locked_names()}


def test_the_page_is_generated_from_the_packages_as_they_are() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert written == licences(), "It is out of date. Run: python -m tests.generate_licences"


def test_everything_bundled_that_is_not_ours_is_listed() -> None:
    written = PAGE.read_text(encoding="utf-8")
    known = {".csv", ".md", ".po", ".srt", ".txt", ".vtt", ".yaml", ".json"}
    others = [path for path in (ROOT / "data").rglob("*") if path.is_file()]

    for path in others:
        assert path.suffix in known or f"`{path.parent.relative_to(ROOT).as_posix()}`" in written
