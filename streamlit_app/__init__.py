"""The dashboard: thin pages over the read models of `sereno.services`."""
