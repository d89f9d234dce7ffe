"""From one Sereno to another: what an edge box measured, to the hospital's.

`wire` is the form in which it travels, `sending` the destination on the edge box, `listener` the
source at the hospital, `meaning` what becomes of it there.
"""
