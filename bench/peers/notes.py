"""What is and what is not comparable, for the page."""

NOTES = """\
## What is compared

All hold the same hours of the same people: ten minutes at a time, with a note, a hundred times a day; the run ends with a
check that their sums agree. Each runs in one process without network in between, through what a host or a module calls:
worktraq through a transaction of an employee, Tryton through its models with access checked, TimeTagger through the functions
that answer its requests, without HTTP. A browser, a desktop client or a network costs each of them more than what stands here.

## What is not the same

- **What registering does.** worktraq checks roles, grants, the days of activity and project, the minutes of the day under a lock, and
  writes an event for the audit trail with each entry. Tryton checks the domains and access rules of its fields, and keeps who created
  a record and when. TimeTagger checks the form of a record, and synchronises: it looks each one up by its key. Only the first knows
  states, approval and what is not billed.
- **How much there is around it.** Tryton is a platform for a whole firm, whose modules can change every model at run time; that
  costs, and is what it is for. TimeTagger is for one person at a time.
- **Totals.** worktraq and Tryton (its report "hours per employee per month") let the database add up and give names. TimeTagger's server does
  not add up: it gives out the records of one person, and the page in the browser does the rest. Here that is done by a short loop in
  Python, for all people one after the other, without names. It has a file per person where the others have one database.
- **How safe a commit is.** On SQLite, Tryton runs with `synchronous = NORMAL` and a log ahead (WAL), worktraq with the log ahead and SQLite's default
  (`FULL`), TimeTagger with what SQLite does by default. A commit of worktraq waits for the disk, one of Tryton does not.
- **Databases.** TimeTagger has SQLite only, Tryton SQLite and PostgreSQL. On MariaDB there is nobody to compare with.
- **Not measured:** starting, memory, many people at the same time, and everything that only one of them can do.
"""
