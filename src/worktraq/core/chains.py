"""The approval chain as data: which steps a registration passes, and in which order (B-02)."""

from enum import StrEnum


class Step(StrEnum):
    """Who has to agree: somebody inside the firm, or the customer."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


class ApprovalChain(StrEnum):
    """The ordered steps from submission to approval."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    INTERNAL_CUSTOMER = "internal-customer"
    CUSTOMER_INTERNAL = "customer-internal"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in their order."""
        return STEPS[self]

    def asks_customer_after(self, passed: int) -> bool:
        """Whether the customer is still to be asked once `passed` steps lie behind."""
        return Step.CUSTOMER in STEPS[self][passed:]


STEPS = {
    ApprovalChain.INTERNAL: (Step.INTERNAL,),
    ApprovalChain.CUSTOMER: (Step.CUSTOMER,),
    ApprovalChain.INTERNAL_CUSTOMER: (Step.INTERNAL, Step.CUSTOMER),
    ApprovalChain.CUSTOMER_INTERNAL: (Step.CUSTOMER, Step.INTERNAL),
}


def chain_for(
    organization_chain: ApprovalChain, customer_chain: ApprovalChain | None, *, customer_counts: bool
) -> ApprovalChain:
    """The chain of an item at the moment of its submission.

    Args:
        organization_chain: The setting of the organization (L-04).
        customer_chain: Another chain for this customer, if any.
        customer_counts: Whether the item is billable on an hourly project that asks its customer (L-01, L-02).
    """
    if not customer_counts:
        # What remains of any chain without its customer, and never nothing.
        return ApprovalChain.INTERNAL
    return customer_chain or organization_chain
