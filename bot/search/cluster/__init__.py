"""The words of an index in an OpenSearch cluster, and a search in them."""
