"""The approval chain as data."""

import pytest

from worktraq.core.chains import ApprovalChain, Step, chain_for

EXPECTED_STEPS = {
    "internal": ["internal"],
    "customer": ["customer"],
    "internal-customer": ["internal", "customer"],
    "customer-internal": ["customer", "internal"],
}


@pytest.mark.requirement("B-02")
def test_there_are_four_chains() -> None:
    """Each is the steps that its name says, in that order."""
    assert {chain.value: [step.value for step in chain.steps] for chain in ApprovalChain} == EXPECTED_STEPS


@pytest.mark.requirement("L-04", "B-02")
@pytest.mark.parametrize("chain", ApprovalChain)
def test_chain_of_the_organization_counts_by_default(chain: ApprovalChain) -> None:
    """Where the customer counts, the organization decides on the order."""
    assert chain_for(chain, None, customer_counts=True) is chain


@pytest.mark.requirement("B-02")
def test_chain_of_the_customer_comes_first() -> None:
    """A customer can have another chain than the others."""
    chain = chain_for(ApprovalChain.INTERNAL_CUSTOMER, ApprovalChain.CUSTOMER, customer_counts=True)
    assert chain is ApprovalChain.CUSTOMER


@pytest.mark.requirement("L-01", "L-02")
@pytest.mark.parametrize("chain", ApprovalChain)
def test_without_the_customer_somebody_inside_approves(chain: ApprovalChain) -> None:
    """What no customer is asked about is never approved by nobody."""
    assert chain_for(chain, chain, customer_counts=False) is ApprovalChain.INTERNAL


@pytest.mark.parametrize(
    ("chain", "passed", "asks"),
    [
        (ApprovalChain.INTERNAL, 0, False),
        (ApprovalChain.INTERNAL_CUSTOMER, 1, True),
        (ApprovalChain.INTERNAL_CUSTOMER, 2, False),
        (ApprovalChain.CUSTOMER_INTERNAL, 0, True),
        (ApprovalChain.CUSTOMER_INTERNAL, 1, False),
    ],
)
def test_customer_is_still_to_be_asked_until_that_step_is_passed(chain: ApprovalChain, passed: int, asks: bool) -> None:
    """Steps that lie behind do not count."""
    assert chain.asks_customer_after(passed) is asks


def test_steps_are_inside_or_at_the_customer() -> None:
    """There are two kinds of step."""
    assert [step.value for step in Step] == ["internal", "customer"]
