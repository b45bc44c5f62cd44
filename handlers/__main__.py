"""Run `airquote` as `python -m handlers`, where the project itself is not installed."""

from handlers.cli import main

if __name__ == "__main__":
    main()
