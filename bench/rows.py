"""The columns of our rows, for reading and writing them through the driver by hand."""

from worktraq.adapters.sqlalchemy.audit import event_table
from worktraq.adapters.sqlalchemy.entries import item_table

ITEMS = item_table.name
EVENTS = event_table.name
ITEM_COLUMNS = [column.name for column in item_table.columns]
EVENT_COLUMNS = [column.name for column in event_table.columns]
