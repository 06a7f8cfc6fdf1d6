"""What worktraq costs, in multiples of what the same work costs without it; `make bench` runs it.

Each file named after a row of the table of goals measures that row. Both sides run in the same process in turns, and
the median counts. The garbage collector is left on: it belongs to the host.
"""
