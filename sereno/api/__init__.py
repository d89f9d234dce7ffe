"""What stands around the dashboard in the one web app: the guard, sign-in, health and metrics."""
