"""What may happen once happens once, until that is forgotten."""

from bot.once import Claims


def test_claims_are_forgotten_in_the_end() -> None:
    claims = Claims(most=2, seconds=60)

    assert claims.take("a")
    assert not claims.take("a")
    assert claims.take("b")
    assert claims.take("c")
    assert claims.take("a")


def test_what_is_released_can_be_taken_again() -> None:
    claims = Claims(most=2, seconds=60)
    claims.take("a")
    claims.release("a")
    claims.release("never taken")

    assert claims.take("a")
