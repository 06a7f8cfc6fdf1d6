"""What can be done, one class per area: load, ask the rules, save, tell. No rule stands here."""
