"""Runs the commands and programs of the documents. `../README.md` says how a document marks them."""
