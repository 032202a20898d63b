"""How calls are described (`plan`), and how they are made: `blocking` and `asynchronous`."""
