"""Claims: `requests` makes the messages, `line` waits in line and `keeping` times renewals, without a network or a clock. `blocking` and
`asynchronous` carry it out."""
