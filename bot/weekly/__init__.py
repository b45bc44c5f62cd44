"""The quote of the week: when it is due, which it is, and who decides on it."""
