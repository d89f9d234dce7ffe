"""How much disk `make demo` needs: a fresh environment, the default model, and what a run leaves.

Installs into a scratch folder as a user does (`make setup`), runs the whole job once without
a browser, and adds up the blocks on disk. Needs the package index, or pip's cache of it.
"""

import json
import os
import platform
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "installed_size.json"
AIM_MB = 1100
LARGEST = 12
_BLOCK = 512  # st_blocks counts in these, whatever the file system's own block is


def on_disk(folder: Path) -> int:
    """Bytes that the files below `folder` occupy, links not followed."""
    return sum(path.lstat().st_blocks * _BLOCK for path in folder.rglob("*"))


def by_package(environment: Path) -> Counter[str]:
    """Bytes on disk of each top-level folder of site-packages."""
    sizes: Counter[str] = Counter()
    for site in environment.glob("lib/python*/site-packages"):
        sizes.update({path.name: on_disk(path) for path in site.iterdir() if path.is_dir()})
    return sizes


def measure(scratch: Path) -> dict[str, object]:
    """Install into `scratch`, run once, and say what lies there. Sizes are in MB (10^6 bytes)."""
    environment, models = scratch / "venv", scratch / "models"
    # Its own model folder: one that the user has already must not stand in for it.
    run = {**os.environ, "SERENO_MODEL_DIR": str(models / "default")}
    run["SERENO_DATA_DIR"] = str(scratch / "data")
    run.pop("PYTHONDONTWRITEBYTECODE", None)  # what Python compiles at the first start counts
    subprocess.run(["make", "-s", "setup", f"VENV={environment}"], cwd=ROOT, env=run, check=True)
    demo = [environment / "bin" / "sereno", "demo", "--once", "--beds", "2"]
    subprocess.run(demo, cwd=scratch, env=run, check=True, stdout=subprocess.DEVNULL)
    model = on_disk(models)
    return {
        "environment_mb": round(on_disk(environment) / 1e6),
        "model_mb": round(model / 1e6),
        "total_mb": round((on_disk(environment) + model) / 1e6),
        "aim_mb": AIM_MB,
        "largest_mb": {
            name: round(size / 1e6) for name, size in by_package(environment).most_common(LARGEST)
        },
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def main() -> None:
    """Measure, print a table, write the JSON."""
    with tempfile.TemporaryDirectory(prefix="sereno-size-") as scratch:
        result = measure(Path(scratch))
    for name in ("environment_mb", "model_mb", "total_mb", "aim_mb"):
        print(f"{name:16} {result[name]:>6}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
