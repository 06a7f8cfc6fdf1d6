"""Let the kit say what it compared when it fails."""

import pytest

pytest.register_assert_rewrite("worktraq.testing.contracts")
