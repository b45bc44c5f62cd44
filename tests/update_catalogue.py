"""Bring the catalogues in data/texts up to date with the code: `python -m tests.update_catalogue`.

New texts come without a translation, which a test then asks for; those that nobody says are left
out.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.translations import FOLDER

_ROOT = Path(__file__).parents[1]
_KEYWORDS = {"gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
_HEADER = """\
# What Airquote says, for translators. `python -m tests.update_catalogue` adds new texts.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def catalogues() -> dict[Path, str]:
    """Return the files of all languages, with their text as it should be."""
    said = texts_said()
    return {path: _updated(path, said) for path in sorted(FOLDER.glob("*.po"))}


def texts_said() -> Catalog:
    """Collect all texts that the code marks for translation."""
    said = Catalog()
    for package in ("bot", "handlers"):
        found = extract_from_dir(
            _ROOT / package,
            [("**.py", "python")],
            keywords=_KEYWORDS,
            comment_tags=("To translators:",),
        )
        for file, _, message, comments, context in found:
            said.add(message, None, [(f"{package}/{file}", 0)], (), comments, context=context)
    return said


def read_catalogue(path: Path) -> Catalog:
    """Read the catalogue of a language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _updated(path: Path, said: Catalog) -> str:
    catalogue = read_catalogue(path)
    catalogue.update(said, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(written, catalogue, 100, omit_header=True, sort_by_file=True, include_lineno=False)
    header = _HEADER.format(language=path.stem, plurals=catalogue.plural_forms)
    return header + written.getvalue().decode("utf-8")


if __name__ == "__main__":
    for file, text in catalogues().items():
        file.write_text(text, encoding="utf-8")
