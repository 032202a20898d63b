"""Subscriptions: `cursor`, `loop` and `callback` decide, without a network or a clock; the drivers in `syntha.live` and `syntha.aio` do."""
