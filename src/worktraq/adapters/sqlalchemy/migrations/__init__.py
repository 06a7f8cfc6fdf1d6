"""The revisions of the schema, and what they are written with."""
