"""`python -m handlers` is `airquote`, where its packages are installed but it is not."""

from handlers.cli import main

if __name__ == "__main__":
    main()
