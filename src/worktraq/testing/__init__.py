"""What we test with, shipped for those who write adapters or test their host: contracts, builders, strategies, fakes.

Needs the extra `testing`, except for `builders` and `fakes`.
"""
