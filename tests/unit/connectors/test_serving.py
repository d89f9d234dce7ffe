"""What listens for those who send over HTTP."""

import socket
from contextlib import closing

from connectors.serving import bound


def test_what_is_written_to_a_client_goes_at_once() -> None:
    with (
        closing(bound("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
