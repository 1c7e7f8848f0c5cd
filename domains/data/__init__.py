"""The bundled question set."""
