"""Below the adapters: envelope encryption, keys, pseudonyms and accounts."""
