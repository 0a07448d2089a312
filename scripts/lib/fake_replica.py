"""A stand-in for a real `longhorn replica`: its control port on a real gRPC server, its data port by hand.

    fake_replica.py DIR SIZE [--state STATE] [--no-unmap] [--fail-writes] [--engine SOCKET]

Written from the protocol alone and sharing nothing with tbench, so that each is a check of the other. Prints the control
port; the data port is the next one. With --engine it is an engine's socket as well. Every message that changes data and every control call is noted in DIR/log.
"""

import argparse
import os
import socket
import struct
import sys
import threading
from concurrent import futures

import grpc

HEADER = struct.Struct("<HIIqII")
MAGIC = 0x1B01
READ, WRITE, RESPONSE, ERROR, END, CLOSE, PING, UNMAP, NO_SPACE = range(9)


def field(number, data):
    """A length-delimited protobuf field."""
    out = bytearray([number << 3 | 2])
    size = len(data)
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)
    return bytes(out) + data


class Replica:
    """The volume and its state."""

    def __init__(self, options):
        self.options = options
        self.state = options.state
        self.lock = threading.Lock()
        self.file = open(os.path.join(options.directory, "volume-head-000.img"), "a+b", buffering=0)
        self.file.truncate(options.size)
        self.fd = os.open(self.file.name, os.O_RDWR)
        self.log = open(os.path.join(options.directory, "log"), "a", encoding="utf-8", buffering=1)

    def note(self, text):
        with self.lock:
            self.log.write(text + "\n")

    def status(self):
        """A ReplicaGetResponse: some fields that nobody asked for among those that matter."""
        replica = b"\x08\x01" + field(3, b"volume-head-000.img") + field(5, str(self.options.size).encode())
        replica += b"\x30\x80\x04" + field(8, self.state.encode()) + field(9, b"volume-head-000.img")
        return field(1, replica)

    def call(self, name, context):
        self.note(name)
        if name == "ReplicaOpen":
            if self.state != "closed":
                context.abort(grpc.StatusCode.UNKNOWN, f"invalid state {self.state}")
            self.state = "open"
        if name == "ReplicaClose":
            self.state = "closed"
        return self.status()

    def answer(self, kind, offset, size, data):
        """Kind and data of the answer."""
        if self.state == "closed":
            text = b"ping failure: replica state closed" if kind == PING else b"replica no longer exist"
            return ERROR, text
        if kind == PING:
            return RESPONSE, b""
        if kind == READ:
            return RESPONSE, os.pread(self.fd, size, offset)
        self.note(f"{'write' if kind == WRITE else 'unmap'} {offset} {size}")
        if kind == WRITE:
            if self.options.fail_writes:
                return NO_SPACE, b"no space left on device"
            os.pwrite(self.fd, data, offset)
            return RESPONSE, b""
        zeros = bytes(1 << 20)
        for start in range(offset, offset + size, len(zeros)):
            os.pwrite(self.fd, zeros[: min(len(zeros), offset + size - start)], start)
        return RESPONSE, b""


def serve_data(replica, connection):
    """One data connection, in the order of the requests."""
    stream = connection.makefile("rb")
    while True:
        head = stream.read(HEADER.size)
        if len(head) < HEADER.size:
            return
        magic, sequence, kind, offset, size, length = HEADER.unpack(head)
        assert magic == MAGIC, hex(magic)
        data = stream.read(length)
        if kind == UNMAP and replica.options.no_unmap:
            continue
        reply, out = replica.answer(kind, offset, size, data)
        count = size if reply == RESPONSE and not out else len(out)
        connection.sendall(HEADER.pack(MAGIC, sequence, reply, offset, count, len(out)) + out)


class Control(grpc.GenericRpcHandler):
    """ReplicaService, without generated code."""

    def __init__(self, replica):
        self.replica = replica

    def service(self, details):
        service, _, name = details.method.lstrip("/").partition("/")
        if service != "ptypes.ReplicaService":
            return None
        return grpc.unary_unary_rpc_method_handler(lambda _, context: self.replica.call(name, context))


def main():
    top = argparse.ArgumentParser()
    top.add_argument("directory")
    top.add_argument("size", type=int)
    top.add_argument("--state", default="closed")
    top.add_argument("--no-unmap", action="store_true")
    top.add_argument("--fail-writes", action="store_true")
    top.add_argument("--engine", metavar="SOCKET")
    options = top.parse_args()
    replica = Replica(options)
    # Two neighbouring ports that are both free.
    for _ in range(100):
        server = grpc.server(futures.ThreadPoolExecutor(4))
        server.add_generic_rpc_handlers([Control(replica)])
        port = server.add_insecure_port("127.0.0.1:0")
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", port + 1))
            break
        except (OSError, OverflowError):
            server.stop(None)
    else:
        sys.exit("no two neighbouring ports are free")
    listener.listen()
    server.start()
    if options.engine:
        engine = socket.socket(socket.AF_UNIX)
        engine.bind(options.engine)
        engine.listen()
        threading.Thread(target=accept_all, args=(replica, engine), daemon=True).start()
    print(port, flush=True)
    accept_all(replica, listener)


def accept_all(replica, listener):
    """Every connection in a thread of its own."""
    while True:
        connection, _ = listener.accept()
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve_data, args=(replica, connection), daemon=True).start()


if __name__ == "__main__":
    main()
