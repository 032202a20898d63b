"""The errors of this package, by concern. syntha.exceptions has all of them."""
