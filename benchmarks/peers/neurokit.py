"""What neurokit2 says of stretches of ECG or pleth: run by benchmarks/quality.py --peer.

Reads an .npz of stretches (`ecg_0`, `pleth_1`..., with their `rate`), writes JSON: of each its
rate a minute, how alike its beats are, and how long it took. Its own environment has it:
benchmarks/peers/requirements.txt.
"""

import json
import sys
import time
import warnings

import neurokit2 as nk
import numpy as np

warnings.simplefilter("ignore")


def judged(kind: str, samples: np.ndarray, rate: int) -> tuple[float, float]:
    """The rate a minute and the mean quality; NaN where it fails."""
    try:
        if kind == "ecg":
            cleaned = nk.ecg_clean(samples, sampling_rate=rate)
            _, found = nk.ecg_peaks(cleaned, sampling_rate=rate)
            peaks = found["ECG_R_Peaks"]
            quality = nk.ecg_quality(cleaned, rpeaks=peaks, sampling_rate=rate)
        else:
            cleaned = nk.ppg_clean(samples, sampling_rate=rate)
            peaks = nk.ppg_findpeaks(cleaned, sampling_rate=rate)["PPG_Peaks"]
            quality = nk.ppg_quality(cleaned, peaks, sampling_rate=rate)
        per_minute = 60 * rate * (len(peaks) - 1) / (peaks[-1] - peaks[0])
        return float(per_minute), float(np.nanmean(quality))
    except Exception:  # noqa: BLE001 - it raises many kinds where it finds no beats
        return float("nan"), float("nan")


def main() -> None:
    """Judge all that the file holds."""
    content, found = np.load(sys.argv[1]), {}
    for name in content.files:
        kind, rate, _ = name.split("_", 2)
        began = time.process_time()
        rates = [judged(kind, np.nan_to_num(each), int(rate)) for each in content[name]]
        found[name] = {"judged": rates, "seconds": time.process_time() - began}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
