"""The language model: its run time, its language, and the factory that builds it.

Importing this package turns the telemetry of ONNX Runtime and of its GenAI extension off. Both
read the variable once, when their libraries load, and from then on keep a device id and a queue of
events on disk; their own switches act only after that. So it is set here, before either can load,
and whatever the environment said is overruled.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
