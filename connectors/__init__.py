"""Where streams come in: one folder a source, each a `sereno.ports.Connector`."""
