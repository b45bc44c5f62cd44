"""What docs/reference.md says is what the code does."""

from bot.config import setting_variables
from tests.generate_reference import PAGE, reference


def test_every_setting_is_described() -> None:
    assert all(variable.description for _, variable in setting_variables())


def test_the_reference_is_generated_from_the_code_as_it_is() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert written == reference(), "It is out of date. Run: python -m tests.generate_reference"
