"""What people touch: chats and the command line parse input, call `bot`, and render its reply."""
