"""Below the adapters: envelope encryption, keys, blind indexes and accounts."""
