"""A new project for a connector of one's own, to begin with: `sereno connectors new`."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from connectors.opening import known_schemes
from sereno.domain.errors import InvalidEntry

_SCHEME: Final = re.compile(r"[a-z][a-z0-9]{1,30}")
_SUFFIX: Final = ".txt"  # keeps what checks our own code from reading the template as some of it


def write_project(folder: Path, scheme: str) -> list[Path]:
    """Write a project that installs a connector for `scheme`; the files, in order.

    Raises InvalidEntry for a scheme that is none or taken, and for a folder that holds something.
    """
    if _SCHEME.fullmatch(scheme) is None:
        raise InvalidEntry(
            "a scheme is a short name of small letters and digits; try --scheme pump"
        )
    if scheme in known_schemes():
        raise InvalidEntry(f"{scheme}: is read by an installed connector already; choose another")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidEntry("there is something at that place already; name a new folder")
    names = {"{{scheme}}": scheme, "{{package}}": f"sereno_{scheme}"}
    written = []
    for place, template in sorted(_templates(files("connectors.kit") / "template")):
        path = folder / place.replace("package/", f"{names['{{package}}']}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template.read_text(encoding="utf-8"), names), encoding="utf-8")
        written.append(path)
    return written


def _templates(folder: Traversable, place: str = "") -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in folder.iterdir():
        name = f"{place}{each.name}"
        if each.is_dir():
            found += _templates(each, f"{name}/")
        elif name.endswith(_SUFFIX):
            found.append((name.removesuffix(_SUFFIX), each))
    return found


def _filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text
