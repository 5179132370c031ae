"""A line to a server that can be cut: a proxy that resets every connection through it when told to."""

import contextlib
import socket
import struct
import threading

_NO_LINGER = struct.pack("ii", 1, 0)


def reset(end: socket.socket) -> None:
    """Close a socket as a machine does that has crashed: the other end reads "connection reset"."""
    with contextlib.suppress(OSError):  # it was closed at this moment
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        end.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
    end.close()


class CuttableLine:
    """Listens on a loopback `port` and passes everything on to another loopback port, both ways."""

    def __init__(self, *, to: int) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """Reset every connection, in the middle of whatever it says; return how many ends that were."""
        with self._lock:
            doomed = list(self._open)
            self._open.clear()
        for end in doomed:
            reset(end)
        return len(doomed)

    def close(self) -> None:
        """Cut, and listen no longer."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):  # one of the two is gone
            while data := source.recv(65536):
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
