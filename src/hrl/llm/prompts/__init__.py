"""Prompt styles: a request becomes a prompt, a reply becomes a value. Prompts are files here."""
