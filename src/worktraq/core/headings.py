"""The headings that imports recognise, in Dutch, English, French and German (T-02).

They are compared without case, accents, punctuation and spaces, so one spelling of each is enough.
"""

from collections.abc import Mapping
from types import MappingProxyType

from worktraq.core.text import fold


def folded(text: str) -> str:
    """The text reduced to its letters and digits, without case and accents."""
    return "".join(mark for mark in fold(text) if mark.isalnum())


def _headings(**texts: str) -> Mapping[str, frozenset[str]]:
    return MappingProxyType(
        {field: frozenset(text.strip() for text in listed.split(",")) for field, listed in texts.items()}
    )


CUSTOMER_HEADINGS = _headings(
    number="""Klantnummer, Klantnr, Klant nr, Klantcode, Klant-ID, Relatienummer, Relatiecode, Debiteurnummer, Debiteurnr,
        Debiteurennummer, Debiteur, Nummer, Customer number, Customer no, Customer code, Customer ID, Client number,
        Client ID, Account number, Number, Numéro de client, Numéro client, N° client, Code client, Numéro,
        Kundennummer, Kunden-Nr, Kundencode, Kunden-ID, Debitorennummer, Debitorennr, Debitor""",
    kind="""Type, Soort, Klanttype, Type klant, Klantsoort, Soort klant, Zakelijk of particulier, Kind, Customer type,
        Type of customer, Client type, Type de client, Type client, Genre, Art, Typ, Kundentyp, Kundenart""",
    company_name="""Bedrijfsnaam, Bedrijf, Naam bedrijf, Klantnaam, Naam klant, Handelsnaam, Firmanaam, Relatienaam, Organisatie,
        Naam, Company name, Company, Business name, Customer name, Client name, Organisation, Organization, Name,
        Nom de l'entreprise, Entreprise, Raison sociale, Société, Nom de la société, Nom du client,
        Firmenname, Firma, Firmenbezeichnung, Unternehmen, Unternehmensname, Kundenname""",
    first_name="""Voornaam, Voornamen, Roepnaam, First name, Given name, Forename, Prénom, Prénoms, Vorname, Vornamen""",
    last_name="""Achternaam, Familienaam, Last name, Surname, Family name, Nom de famille, Nom, Nachname, Familienname,
        Zuname""",
    email="""E-mail, E-mailadres, Mail, Mailadres, Emailadres klant, E-mail address, Mail address, Courriel, Adresse e-mail,
        Adresse électronique, Adresse mail, Mél, E-Mail-Adresse, Mailadresse""",
    invoice_email="""Factuur-e-mail, Factuur e-mailadres, E-mail facturen, E-mailadres factuur, Invoice e-mail,
        Invoice e-mail address, Billing e-mail, E-mail facturation, E-mail de facturation, Courriel de facturation,
        Rechnungs-E-Mail, Rechnungsmail, E-Mail Rechnung""",
    street="""Straat en huisnummer, Straat, Straatnaam, Adres, Adresregel 1, Street, Street address, Street and number, Address,
        Address line 1, Rue, Rue et numéro, Adresse, Adresse ligne 1, Straße, Straße und Hausnummer, Strasse und Nr,
        Anschrift""",
    postal_code="""Postcode, Post code, Postal code, ZIP, ZIP code, Code postal, CP, Postleitzahl, PLZ""",
    city="""Plaats, Plaatsnaam, Woonplaats, Vestigingsplaats, Stad, Gemeente, City, Town, Place, Ville, Localité, Commune,
        Ort, Stadt, Wohnort""",
    country="""Land, Landcode, Country, Country code, Pays, Code pays, Ländercode, Länderkürzel""",
    company_number="""KvK- of ondernemingsnummer, KvK-nummer, KvK, KvK-nr, Handelsregisternummer, Ondernemingsnummer, Ondernemingsnr, Inschrijvingsnummer,
        KBO-nummer, Company number, Company registration number, Registration number, Chamber of commerce number,
        CoC number, Numéro d'entreprise, SIREN, SIRET, Numéro SIREN, Numéro SIRET, BCE, Handelsregister,
        Registernummer, Handelsregisternr, HRB""",
    vat_number="""BTW-nummer, BTW, BTW-nr, BTW-identificatienummer, BTW-ID, VAT number, VAT, VAT no, VAT ID, VAT registration number,
        Numéro de TVA, N° TVA, TVA, Numéro TVA, TVA intracommunautaire, Numéro de TVA intracommunautaire,
        USt-IdNr, USt-ID, Umsatzsteuer-Identifikationsnummer, Umsatzsteuer-ID, MwSt-Nummer, UID""",
    iban="""IBAN, IBAN-nummer, Bankrekening, Bankrekeningnummer, Rekeningnummer, Bank account, Bank account number,
        Compte bancaire, Numéro de compte, Bankverbindung, Kontonummer, Bankkonto""",
    language="""Taal, Taalcode, Voertaal, Language, Language code, Langue, Code langue, Sprache, Sprachcode""",
    currency="""Valuta, Munt, Valutacode, Currency, Currency code, Devise, Monnaie, Währung, Währungscode""",
    buyer_reference="""Referentie, Uw referentie, Klantreferentie, Reference, Your reference, Buyer reference, Référence,
        Votre référence, Référence client, Referenz, Kundenreferenz, Ihre Referenz, Ihr Zeichen, Leitweg-ID""",
    customer_since="""Klant sinds, Relatie sinds, Sinds, Klant vanaf, Startdatum, Customer since, Client since, Since, Start date,
        Client depuis, Depuis, Date de début, Kunde seit, Seit, Kunde ab""",
)
"""The headings of a customer list, by field."""

HOURS_HEADINGS = _headings(
    person="""Medewerker, Persoon, Werknemer, Gebruiker, Medewerkernummer, Person, Employee, User, Staff member, Employé, Employée,
        Collaborateur, Collaboratrice, Personne, Utilisateur, Salarié, Mitarbeiter, Mitarbeiterin, Beschäftigter,
        Benutzer""",
    date="""Datum, Dag, Werkdatum, Date, Day, Work date, Jour, Date de travail, Tag, Arbeitstag""",
    start="""Start, Starttijd, Begin, Begintijd, Aanvang, Van, Start time, Starting time, Started at, From, Début, Heure de début, Heure début, De,
        Beginn, Anfang, Startzeit, Anfangszeit, Von""",
    minutes="""Minuten, Aantal minuten, Duur in minuten, Minutes, Duration in minutes, Minutes worked, Durée en minutes,
        Nombre de minutes, Dauer in Minuten""",
    customer="""Klant, Klantnummer, Klantcode, Relatie, Debiteur, Opdrachtgever, Customer, Customer number, Client, Client number,
        Numéro de client, Code client, Kunde, Kundennummer, Kunden-Nr, Auftraggeber""",
    project="""Project, Projectcode, Projectnaam, Projectnummer, Project code, Project name, Projet, Code projet, Nom du projet,
        Projekt, Projektcode, Projektname, Projektnummer""",
    note="""Omschrijving, Opmerking, Notitie, Toelichting, Werkzaamheden, Note, Notes, Description, Comment, Remark, Remarque,
        Commentaire, Libellé, Bemerkung, Beschreibung, Notiz, Tätigkeit""",
)
"""The headings of a list of hours, by field."""

TOTALS = frozenset(
    folded(text)
    for text in (
        *("Totaal", "Totalen", "Eindtotaal", "Subtotaal", "Totaal generaal", "Som"),
        *("Total", "Totals", "Grand total", "Subtotal", "Sub-totals", "Sum"),
        *("Totaux", "Total général", "Sous-total", "Somme"),
        *("Summe", "Summen", "Gesamt", "Gesamtsumme", "Gesamtbetrag", "Insgesamt", "Zwischensumme"),
    )
)
"""What the first cell of a line of totals says, folded."""
