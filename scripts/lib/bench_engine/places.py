"""Where the jobs run: a file on the disk, a loop device over it, a file on tmpfs."""

import contextlib
import os
import subprocess
import tempfile

SIZE_BYTES = 256 << 20


def _fill(path):
    """Data in every block, so that reads are reads."""
    with open(path, "wb") as file:
        for _ in range(SIZE_BYTES >> 20):
            file.write(os.urandom(1 << 20))
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def made(directory):
    """Yields {"disk": path, "loop": path, "tmpfs": path}; a place that cannot be made is missing."""
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-engine-", dir=directory))
        disk = os.path.join(here, "disk")
        _fill(disk)
        places = {"disk": disk, "null": disk, "nop": disk}
        if os.geteuid() == 0:
            image = os.path.join(here, "image")
            _fill(image)
            attach = ["losetup", "--find", "--show", "--direct-io=on", image]
            device = subprocess.run(attach, check=True, capture_output=True, text=True).stdout.strip()
            stack.callback(subprocess.run, ["losetup", "--detach", device], check=True)
            places["loop"] = device
        if os.path.isdir("/dev/shm"):
            memory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-engine-", dir="/dev/shm"))
            places["tmpfs"] = os.path.join(memory, "data")
            _fill(places["tmpfs"])
        yield places
