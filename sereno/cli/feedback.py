"""`sereno feedback`: what clinicians made of summaries, for tuning."""

import json
import sys

from sereno.cli.options import DataDir, me, plain, settings_for


def feedback(data_dir: DataDir = None) -> None:
    """Print what clinicians made of summaries, as JSON Lines.

    One line for each text that was accepted, edited or rejected: the facts, the text, the edit with
    how each sentence stood, and the reason. Nobody is named by Sereno, but what people have typed
    is in it: treat it as patient data. What was exported is not reached when a patient is
    forgotten.
    """
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        for lesson in given.feedback.lessons(me().name):
            sys.stdout.write(json.dumps(plain(lesson), ensure_ascii=False) + "\n")
