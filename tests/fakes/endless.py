"""`python -m tests.fakes.endless` runs until it is ended."""

from time import sleep

if __name__ == "__main__":
    while True:
        sleep(1)
