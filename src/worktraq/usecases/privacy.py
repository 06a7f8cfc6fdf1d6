"""Personal data: giving it out, erasing it, for how long it is kept, and legal holds."""

from worktraq.usecases.erasing import Erasing
from worktraq.usecases.holding import Holding
from worktraq.usecases.person_exports import PersonExports
from worktraq.usecases.retaining import Retaining


class Privacy(PersonExports, Erasing, Retaining, Holding):
    """What a person may ask for, and what the law asks for (B-07)."""
