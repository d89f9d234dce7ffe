"""Devices for our own connectors, on this machine alone."""
