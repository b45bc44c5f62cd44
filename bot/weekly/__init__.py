"""The quote of the week: when it is due, which one it is, and who decides."""
