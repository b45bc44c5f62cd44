"""Find quotable sentences and draw quotes as images."""
