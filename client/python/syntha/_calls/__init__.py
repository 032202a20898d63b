"""Calls: `plan` describes them, `blocking` and `asynchronous` make them."""
