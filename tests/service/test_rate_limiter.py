"""A rate limiter allows each key its share, and no more."""

from bot.service.rate_limiter import RateLimiter


def test_a_limit_is_for_each_key_and_any_span_of_time() -> None:
    now = [0.0]
    limiter = RateLimiter(2, 60, 10, lambda: now[0])

    def take(at: float, key: str = "ann") -> float:
        now[0] = at
        return limiter.take(key)

    assert [take(0), take(50), take(59)] == [0, 0, 1]
    assert take(59, "bob") == 0
    # What was refused does not count; what was taken a minute ago does no longer.
    assert [take(60), take(61)] == [0, 49]
    assert [take(110), take(111)] == [0, 9]


def test_a_limiter_remembers_so_many_keys() -> None:
    limiter = RateLimiter(1, 60, 2, lambda: 0.0)

    assert [limiter.take(key) for key in "abca"] == [0, 0, 0, 0]
    assert limiter.take("a") == 60
