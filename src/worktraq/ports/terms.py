"""Storing on which terms customers are invoiced, and who the seller is."""

from collections.abc import Collection, Sequence
from typing import Protocol

from worktraq.core.ids import CustomerId, ProjectId
from worktraq.core.terms import BillingTerms, ProjectRounding, SellerProfile


class TermsRepository(Protocol):
    """On which terms customers are invoiced; a customer without any has the usual ones."""

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[BillingTerms]:
        """The terms of those customers that have some, in order of their ids; takes any number of ids."""

    def put(self, terms: BillingTerms) -> None:
        """Store the first terms of a customer, of version 1, or changed ones, of a version one higher than stored.

        Raises:
            Conflict: With ``changed_meanwhile`` when another version is stored; retryable without the customer.
        """

    def remove(self, customer_id: CustomerId) -> None:
        """Forget the terms of a customer; nothing happens when there are none."""


class SellerProfileRepository(Protocol):
    """Who the seller is on invoices; an organization has one profile at most."""

    def find(self) -> SellerProfile | None:
        """The profile, or None before it was changed for the first time."""

    def put(self, profile: SellerProfile) -> None:
        """Store the first profile, of version 1, or a changed one, of a version one higher than stored.

        Raises:
            Conflict: With ``changed_meanwhile`` when another version is stored.
        """


class ProjectRoundingRepository(Protocol):
    """Which projects have their time rounded otherwise than their customer."""

    def of_projects(self, project_ids: Collection[ProjectId]) -> Sequence[ProjectRounding]:
        """The roundings of those projects that have one, in order of their ids; takes any number of ids."""

    def put(self, rounding: ProjectRounding) -> None:
        """Store how the time on a project is rounded, instead of what was there.

        Raises:
            Conflict: Retryable, with ``changed_meanwhile``, without the project.
        """

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the roundings of projects; those without one are passed over."""
