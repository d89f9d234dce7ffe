"""`python -m sereno.cli` is `sereno`, also where the script is not on the path."""

from sereno.cli import main

main()
