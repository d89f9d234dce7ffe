"""FHIR R4: what comes in by REST or is fetched, and the table shared with what goes out.

`mapping` is that table. `reading` makes batches of resources, `listener` is the port that others
send to, `poller` asks a server; `ucum` reads units.
"""
