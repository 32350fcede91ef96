"""How drawbell touches the world: sources, platforms. Adapters translate and decide nothing."""
