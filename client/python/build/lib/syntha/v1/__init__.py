"""Generated from the contract: see stubs.py."""
