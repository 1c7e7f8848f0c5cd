"""Experiments and the command line over them."""
