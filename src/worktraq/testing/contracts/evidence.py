"""What every store must do with what is kept of decisions on requests."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.evidence import Attestation
from worktraq.core.ids import RequestId
from worktraq.core.signoff import ApprovalRequest, line_of
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_request, a_time_entry, an_attestation, an_expense, new_id
from worktraq.testing.contracts.base import (
    StoreContract,
    conflict,
    many_examples,
    read_only,
    reading,
    rolled_back,
    writing,
)
from worktraq.testing.firms import Firm


class AttestationRepositoryContract(StoreContract):
    """Attestations: one per request, added and never changed."""

    def asked(self, store: Store, firm: Firm) -> ApprovalRequest:
        """A stored request."""
        request = a_request(firm.project, firm.employee)
        with writing(store, firm) as uow:
            uow.requests.add(request)
        return request

    def attested(self, store: Store, firm: Firm) -> Attestation:
        """A stored attestation of the approval of a stored request."""
        items = [a_time_entry(firm.activity), an_expense(firm.activity)]
        attestation = an_attestation(self.asked(store, firm), *(line_of(item, "Advice") for item in items))
        with writing(store, firm) as uow:
            uow.attestations.add(attestation)
        return attestation

    @pytest.mark.requirement("B-07")
    def test_an_attestation_is_found_by_its_request(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Not by another one, and not from another organization."""
        attestation = self.attested(store, firm)
        with reading(store, firm) as uow:
            assert uow.attestations.find(attestation.request_id) == attestation
            assert uow.attestations.find(RequestId(new_id())) is None
        with reading(store, other_firm) as uow:
            assert uow.attestations.find(attestation.request_id) is None

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Lines, amounts and comments too, so that the proof can be made again."""
        request = a_request(firm.project, firm.employee)
        attestation = data.draw(strategies.attestations(firm, request))
        with rolled_back(store, firm) as uow:
            uow.requests.add(request)
            uow.attestations.add(attestation)
            found = uow.attestations.find(request.id)
            assert found == attestation
            assert found is not None
            assert found.proof == attestation.proof

    @pytest.mark.requirement("B-07")
    def test_a_request_has_one_attestation(self, store: Store, firm: Firm) -> None:
        """Nothing is written over."""
        attestation = self.attested(store, firm)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.attestations.add(evolve(attestation, by="Somebody else"))
        with reading(store, firm) as uow:
            assert uow.attestations.find(attestation.request_id) == attestation

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is added without `writes`."""
        attestation = an_attestation(self.asked(store, firm))
        with read_only(), reading(store, firm) as uow:
            uow.attestations.add(attestation)
