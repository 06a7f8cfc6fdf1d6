"""The tests of worktraq; the folders under `unit` mirror `src/worktraq`."""
