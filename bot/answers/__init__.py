"""A request in, a platform-neutral reply with its buttons out. Pure and synchronous."""
