"""The nouns of connections under `/v1`. Nothing that is sealed comes out of any of them."""
