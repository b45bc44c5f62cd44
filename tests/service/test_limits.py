"""What may happen once happens once, until that is forgotten."""

from bot.service.limits import ExpiringSet, RateLimiter


def test_claims_are_forgotten_in_the_end() -> None:
    claims = ExpiringSet(most=2, seconds=60)

    assert claims.take("a")
    assert not claims.take("a")
    assert claims.take("b")
    assert claims.take("c")
    assert claims.take("a")


def test_what_is_released_can_be_taken_again() -> None:
    claims = ExpiringSet(most=2, seconds=60)
    claims.take("a")
    claims.release("a")
    claims.release("never taken")

    assert claims.take("a")


def test_a_quota_is_for_each_key_and_any_span_of_time() -> None:
    now = [0.0]
    quota = RateLimiter(2, 60, 10, lambda: now[0])

    def take(at: float, key: str = "ann") -> float:
        now[0] = at
        return quota.take(key)

    assert [take(0), take(50), take(59)] == [0, 0, 1]
    assert take(59, "bob") == 0
    # What was refused does not count; what was taken a minute ago does no longer.
    assert [take(60), take(61)] == [0, 49]
    assert [take(110), take(111)] == [0, 9]


def test_a_quota_remembers_so_many_keys() -> None:
    quota = RateLimiter(1, 60, 2, lambda: 0.0)

    assert [quota.take(key) for key in "abca"] == [0, 0, 0, 0]
    assert quota.take("a") == 60
