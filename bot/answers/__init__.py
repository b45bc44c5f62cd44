"""Turn requests into platform-neutral replies with buttons. Pure and synchronous."""
