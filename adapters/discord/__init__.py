"""Discord, on discord.py over our own transport."""
