"""What a supervisor does: intents, the table of legal moves, the steps of the leg. Pure."""
