"""What a run of random interleavings came to."""

from attrs import define, fields


@define
class Tally:
    """Counts of one run, or of several together.

    Attributes:
        transactions: How many were begun and ended.
        kept: How many of them were committed.
        interleavings: How many groups of transactions overlapped and were compared with an order of them.
        reordered: In how many of these groups it was another order than that in which they were committed.
        overtaken: In how many of these one came before another that had ended when it began; see `orders_of`.
        encounters: How many transactions were compared that overlapped none, but met another one: one that writes was
            turned away meanwhile, or somebody looked on in a view. Where one writes at a time, there are only these.
        conflicts: How often one was in the way of another.
        compared: How often the whole content was compared.
    """

    transactions: int = 0
    kept: int = 0
    interleavings: int = 0
    reordered: int = 0
    overtaken: int = 0
    encounters: int = 0
    conflicts: int = 0
    compared: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Of both runs."""
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)))
