"""How learning happens: updates by TRL."""
