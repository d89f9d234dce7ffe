"""The command line: `sereno COMMAND`. Thin: each command calls a service and shows the answer.

Exit codes: 0 done; 1 something unexpected (see the log); 2 the command line is wrong; 3 no such
patient, alarm or summary; 4 a setting is wrong; 5 a source can not be read; 6 the database or a
key refused; 7 another process holds what is needed; 8 no usable model; 9 not allowed; 10 `doctor`,
`audit` or `replay-output` found something broken; 130 interrupted.
"""

import logging
import sys
from collections.abc import Sequence

from sereno.cli.app import app
from sereno.cli.failures import INTERRUPTED, exit_code, one_line

__all__ = ["main"]

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code. Errors are one line on stderr."""
    try:
        app(list(arguments) if arguments is not None else None, prog_name="sereno")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)  # whoever read our output has seen enough
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into one line
        sys.stderr.write(f"sereno: {one_line(error)}\n")
        sys.exit(exit_code(error))
