"""The bundled tiny language model, an ordinary Hugging Face folder."""
