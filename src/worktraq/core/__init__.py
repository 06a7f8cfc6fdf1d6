"""The rules of worktraq: frozen values, entities and pure functions, without clock, id source or I/O."""
