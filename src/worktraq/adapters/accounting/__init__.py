"""Accounting systems that customers, contacts and users are read in from (extra ``accounting``)."""
