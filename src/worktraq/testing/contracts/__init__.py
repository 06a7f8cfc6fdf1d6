"""What every store must do, as classes of tests, one per port.

An adapter's tests subclass a contract and provide a fixture `store` that gives an empty, migrated store. For plain
assertions that show their values, register this package with `pytest.register_assert_rewrite` first.
"""
