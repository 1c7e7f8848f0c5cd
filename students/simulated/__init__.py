"""Simulated students."""
