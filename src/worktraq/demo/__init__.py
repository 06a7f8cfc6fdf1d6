"""A small firm's second quarter of 2024, played through the real use cases: what `worktraq demo` shows.

    data/       a customer list as a bookkeeper sends it, and the working sessions of fourteen people
    files       reads the two
    firm        who works for whom, at which rates
    plan        what goes differently from "registered, submitted, approved, billed"
    clock       time that is told
    founding    sets the firm up
    quarter     what people do, each as the actor that they are
    agenda      when they do it
    post        carries mails, and keeps the links in them for the customers
    place       the folder and the database file, which are cleared away only where the demo made them
    outcome     what there is to see at the end
    playing     all of it, from the first file to the outcome

It writes to the store only through use cases, so whatever it shows holds for a host as well.
"""
