"""How quotes are ranked: the weights, fitted to what readers said, and how good they are."""
