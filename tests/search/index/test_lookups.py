import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Guest
from bot.search.index.lookups import sum_letters, titles_and_guests
from tests.builders import episode, index_of


def test_words_that_are_repeated_or_are_names_count_as_spelled_right() -> None:
    talk = episode("talk", "A registry is a registry, odd.", guests=("Zoe Quill",))
    index = index_of(talk)

    assert {"registry", "a", "zoe", "quill"} <= {*index.frequent_terms}
    assert "odd" not in index.frequent_terms
    assert list(index.frequent_terms) == sorted(
        index.frequent_terms, key=lambda term: (len(term), term)
    )


def test_a_guest_who_never_speaks_spoils_no_correction() -> None:
    silent = episode("silent", guests=("Zoe Quill",))

    assert "quill" not in index_of(silent).frequent_terms


def test_titles_and_guests_are_known_by_their_terms() -> None:
    talk = episode("talk", title="Café & Co.", guests=(Guest("zoe", "Zoë Quill"),))

    assert titles_and_guests([talk, talk]) == {"cafe co", "zoe quill"}


@given(st.text(min_size=1, max_size=12), st.data())
def test_a_mistake_changes_two_bits_of_the_letters_at_most(term: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(term) - 1))
    letter = data.draw(st.characters())
    other = data.draw(
        st.sampled_from(
            [
                term[:at] + letter + term[at + 1 :],
                term[:at] + letter + term[at:],
                term[:at] + term[at + 1 :],
                term[:at] + term[at : at + 2][::-1] + term[at + 2 :],
            ]
        )
    )
    one, two = sum_letters([term, other])

    assert np.bitwise_count(one ^ two) <= 2
