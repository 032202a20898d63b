"""A proxy in front of the server, which a test can break."""

from __future__ import annotations

import socket
import threading


_HEADERS = 1  # The type of the HTTP/2 frame with which an answer begins.


def _frames_of(data: bytes) -> set[int]:
    """The types of the HTTP/2 frames in one piece of data. Answers are short enough here to come in one piece."""
    types = set()
    while len(data) >= 9:
        types.add(data[3])
        data = data[9 + int.from_bytes(data[:3], "big"):]
    return types


class Proxy:
    """Forwards connections. `cut` ends the present ones. New ones are forwarded again."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._gate = threading.Lock()
        self._open: set[socket.socket] = set()
        self._loses_answer = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake a thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        with self._gate:
            for end in self._open:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # It is gone already.
            self._open.clear()

    def lose_next_answer(self) -> None:
        """The server's next answer never arrives. The connections break instead."""
        self._loses_answer = True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            with self._gate:
                self._open |= {client, server}
            for source, sink, answers in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._forward, args=(source, sink, answers), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        try:
            while data := source.recv(65536):
                if answers and self._loses_answer and _HEADERS in _frames_of(data):
                    self._loses_answer = False
                    self.cut()
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()
        with self._gate:
            self._open.discard(source)
