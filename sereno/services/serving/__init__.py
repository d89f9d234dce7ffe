"""Free text for programs of the clinic: their keys and limits, and the way to the model process.

`asking` is the web process's end of the Unix socket between the two, `door` the model process's;
`turns` is the queue behind the door.
"""
