"""A disk with a chosen delay, or with errors on command: nbdkit -> FUSE -> loop device -> filesystem.

    sparse memory <- nbdkit --filter=delay|error <- unix socket <- nbdfuse <- losetup <- mkfs <- mount

Nothing of it needs a kernel module beyond loop and FUSE, and nothing stays behind: `down()` takes apart whatever
of the chain exists, in any state, and can be called by another process than the one that called `up()`, because
everything it must know is in the disk's directory. The data lies in memory, so that the disk below does not add its
own, noisy delays to the chosen ones.
"""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import time

WAIT_SECONDS = 20


class DiskError(Exception):
    """A step of setting up or taking down a disk failed; the message says which and why."""


@dataclasses.dataclass(frozen=True)
class DiskOptions:
    """What the disk should be like. Delays in milliseconds, size in bytes; `filesystem` "none" means a bare device."""

    filesystem: str = "ext4"
    size_bytes: int = 4 << 30
    write_delay_ms: float = 0
    read_delay_ms: float = 0
    mount_options: str = ""
    # The loop device passes requests on past the page cache, so that several are on their way at once.
    direct: bool = False
    # Once `break_writes()` is called, writes fail with this errno name at this rate (percent).
    write_error: str | None = None
    write_error_percent: float = 100
    read_error: str | None = None


def run(*command, timeout=120):
    """Runs a command to its end and returns its stdout; raises DiskError with its stderr when it fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
            # A Ctrl-C in the terminal must not reach nbdkit before the filesystem on it is unmounted.
            process_group=0,
        )
    except FileNotFoundError:
        raise DiskError(f"{command[0]} is not installed; run scripts/setup --all") from None
    except subprocess.TimeoutExpired:
        raise DiskError(f"'{' '.join(command)}' did not end within {timeout} s") from None
    if done.returncode != 0:
        raise DiskError(f"'{' '.join(command)}' failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def wait_until(what, condition, seconds=WAIT_SECONDS):
    """Waits for a condition, which may raise DiskError to give up early."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DiskError(f"{what} did not happen within {seconds} s")
        time.sleep(0.01)


def kernel_errors():
    """The kernel log's lines that mean a failing disk, oldest first; empty where the log is forbidden."""
    done = subprocess.run(["dmesg"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    words = ("I/O error", "EXT4-fs error", "Aborting journal", "metadata I/O", "log I/O error", "Corruption of in-memory")
    return [line for line in done.stdout.splitlines() if any(word in line for word in words)]


def alive(process_id):
    """Whether the process runs; a zombie of ours is reaped and counts as gone."""
    try:
        os.waitpid(process_id, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        with open(f"/proc/{process_id}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def mounted(path):
    """Whether something is mounted here. Asks the kernel, because stat(2) fails on a mount whose server is gone."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        return any(line.split()[1] == path for line in mounts)


class NbdDisk:
    """One disk and its directory. `with NbdDisk(directory, options) as disk:` takes it down whatever happens."""

    def __init__(self, directory, options=None):
        self.directory = os.path.abspath(directory)
        self.options = options or DiskOptions()
        self.state = {}
        self._errors_before = 0

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_):
        self.down()

    # Paths of the chain.
    socket = property(lambda self: self._path("socket"))
    trigger = property(lambda self: self._path("broken"))
    mount_point = property(lambda self: self._path("mnt"))
    fuse_directory = property(lambda self: self._path("fuse"))
    fuse_file = property(lambda self: os.path.join(self.fuse_directory, "disk"))
    device = property(lambda self: self.state.get("device"))

    def _path(self, name):
        return os.path.join(self.directory, name)

    @property
    def path(self):
        """Where to work: the mount point, or the bare device."""
        return self.device if self.options.filesystem == "none" else self.mount_point

    # Setting up.

    def up(self):
        """Builds the chain; on failure takes down what was built and raises DiskError."""
        if os.geteuid() != 0:
            raise DiskError("a slow disk needs root (losetup and mount)")
        if os.path.exists(self._path("state.json")):
            raise DiskError(f"{self.directory} already holds a disk; take it down first")
        os.makedirs(self.fuse_directory)
        os.makedirs(self.mount_point)
        self._errors_before = len(kernel_errors())
        self._save()
        try:
            self._start_server()
            self._attach()
            if self.options.filesystem != "none":
                self._format_and_mount()
        except BaseException:
            self.down(check=False)
            raise

    def _start_server(self):
        options = self.options
        # Not --foreground: nbdkit 1.32 then asks the kernel for SIGTERM when its parent ends, and the disk of an
        # `up` from the command line must live on. In the background it writes its process id when it is ready.
        command = ["nbdkit", "--pidfile", self._path("nbdkit.pid"), "--unix", self.socket, "--threads", "16"]
        settings = []
        if options.write_delay_ms or options.read_delay_ms:
            for delay in (options.write_delay_ms, options.read_delay_ms):
                # nbdkit reads "1.2ms" as 1 ms without a word.
                if delay != int(delay):
                    raise DiskError(f"a delay of {delay:g} ms is not a whole number of milliseconds")
            command.append("--filter=delay")
            settings += [f"wdelay={options.write_delay_ms:g}ms", f"rdelay={options.read_delay_ms:g}ms"]
        if options.write_error or options.read_error:
            command.append("--filter=error")
        if options.write_error:
            settings += [
                f"error-pwrite={options.write_error}",
                f"error-pwrite-rate={options.write_error_percent:g}%",
                f"error-pwrite-file={self.trigger}",
            ]
        if options.read_error:
            settings += [
                f"error-pread={options.read_error}",
                "error-pread-rate=100%",
                f"error-pread-file={self.trigger}",
            ]
        run(*command, "memory", f"size={options.size_bytes}", *settings)
        wait_until("nbdkit's process id", lambda: self._read("nbdkit.pid").endswith("\n"))
        self.state["nbdkit"] = int(self._read("nbdkit.pid"))
        self._save()
        self._spawn("nbdfuse", ["nbdfuse", self.fuse_file, "--unix", self.socket])
        wait_until(
            "the FUSE file",
            lambda: self._running("nbdfuse") and os.path.exists(self.fuse_file)
            and os.path.getsize(self.fuse_file) == options.size_bytes,
        )

    def _attach(self):
        direct = ["--direct-io=on"] if self.options.direct else []
        self.state["device"] = run("losetup", "--find", "--show", *direct, self.fuse_file).strip()
        self._save()

    def _format_and_mount(self):
        kind = self.options.filesystem
        command = {
            # Initialised now, so that no background thread writes while something is measured.
            "ext4": ["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard"],
            "xfs": ["mkfs.xfs", "-q", "-K"],
        }.get(kind)
        if command is None:
            raise DiskError(f"unknown filesystem '{kind}'; known: ext4, xfs, none")
        run(*command, self.device, timeout=600)
        options = ["-o", self.options.mount_options] if self.options.mount_options else []
        run("mount", "-t", kind, *options, self.device, self.mount_point)

    def _spawn(self, name, command):
        """Starts a program in the background, its output in a log."""
        try:
            with open(self._path(f"{name}.log"), "wb") as log:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0)
        except FileNotFoundError:
            raise DiskError(f"{name} is not installed; run scripts/setup --all") from None
        self.state[name] = process.pid
        self._save()

    def _running(self, name):
        if alive(self.state[name]):
            return True
        output = self._read(name + ".log").strip() or "it printed nothing"
        raise DiskError(f"{name} ended: {output}")

    def _read(self, name):
        """A file of the disk's directory; empty when it does not exist."""
        try:
            with open(self._path(name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def _save(self):
        record = {"options": dataclasses.asdict(self.options), "errors_before": self._errors_before, **self.state}
        with open(self._path("state.json"), "w", encoding="utf-8") as file:
            json.dump(record, file)

    @classmethod
    def load(cls, directory):
        """The disk that another process set up in this directory."""
        try:
            with open(os.path.join(directory, "state.json"), encoding="utf-8") as file:
                record = json.load(file)
        except FileNotFoundError:
            raise DiskError(f"there is no disk in {directory}") from None
        disk = cls(directory, DiskOptions(**record.pop("options")))
        disk._errors_before = record.pop("errors_before")
        disk.state = record
        return disk

    # Making it misbehave.

    def break_io(self):
        """From now on the configured errors are returned."""
        with open(self.trigger, "wb"):
            pass

    def heal(self):
        """No more errors."""
        if os.path.exists(self.trigger):
            os.unlink(self.trigger)

    def pause(self):
        """The disk answers nothing until `resume()`."""
        os.kill(self.state["nbdkit"], signal.SIGSTOP)

    def resume(self):
        """The disk answers again."""
        os.kill(self.state["nbdkit"], signal.SIGCONT)

    def vanish(self):
        """The disk is gone for good: every request fails from now on."""
        self._end("nbdkit", signal.SIGKILL)

    # Taking down.

    def down(self, check=True):
        """Takes the chain apart, last step first, and removes the directory.

        With `check`, raises DiskError when the kernel reported I/O errors that nobody asked for.
        """
        problems = []

        def attempt(*command):
            try:
                run(*command)
            except DiskError as error:
                problems.append(str(error))

        def unmount(path):
            if mounted(path):
                attempt("umount", path)
            if mounted(path):
                # Still in use, or the disk is gone: take it out of the tree at least.
                attempt("umount", "--lazy", path)

        if "nbdkit" in self.state and alive(self.state["nbdkit"]):
            self.resume()
        unmount(self.mount_point)
        if self.device:
            attempt("losetup", "--detach", self.device)
            backing = f"/sys/block/{os.path.basename(self.device)}/loop/backing_file"
            try:
                wait_until(f"the release of {self.device}", lambda: not self._backs(backing), 10)
            except DiskError as error:
                problems.append(str(error))
        unmount(self.fuse_directory)
        for name in ("nbdfuse", "nbdkit"):
            self._end(name, signal.SIGTERM)
        logs = self._read("nbdfuse.log")
        shutil.rmtree(self.directory, ignore_errors=True)
        if os.path.exists(self.directory):
            problems.append(f"could not remove {self.directory}")
        asked_for = self.options.write_error or self.options.read_error or self.state.get("vanished")
        new_errors = kernel_errors()[self._errors_before:] if not asked_for else []
        device = os.path.basename(self.device or "?")
        new_errors = [line for line in new_errors if device in line]
        if check and (problems or new_errors or (logs.strip() and not asked_for)):
            raise DiskError("; ".join(problems + new_errors + ([logs.strip()] if logs.strip() else [])))

    def _backs(self, backing):
        try:
            with open(backing, encoding="utf-8") as file:
                return file.read().strip() == self.fuse_file
        except OSError:
            return False

    def _end(self, name, how):
        process_id = self.state.get(name)
        if process_id is None:
            return
        if how == signal.SIGKILL:
            self.state["vanished"] = True
            self._save()
        deadline = time.monotonic() + 10
        while alive(process_id):
            try:
                os.kill(process_id, how)
            except ProcessLookupError:
                return
            if time.monotonic() > deadline:
                how = signal.SIGKILL
            time.sleep(0.05)
