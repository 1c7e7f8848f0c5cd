"""Loading and calling models."""
