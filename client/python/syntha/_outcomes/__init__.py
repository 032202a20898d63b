"""The two places of outcomes: the server, and the memory of an OutcomeLogger."""
