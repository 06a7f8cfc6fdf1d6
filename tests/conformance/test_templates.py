"""The texts of mails in an organization's own words, in every store."""

from worktraq.testing.contracts.templates import TemplateRepositoryContract


class TestTemplates(TemplateRepositoryContract):
    """The templates of an organization."""
