"""The words of an index in a cluster of OpenSearch, and a search in them."""
