"""Subscriptions. `cursor`, `loop` and `callback` decide, without a network or a clock. `blocking` and `asynchronous` carry it out."""
