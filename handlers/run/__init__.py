"""The process behind `airquote run`, from its start to its end."""
