"""The command line of slow-disk and faulty-disk: set up, disturb and take down an NbdDisk by name."""

import argparse
import json
import os
import sys
import tempfile

from nbd_disk import DiskError, DiskOptions, NbdDisk


def home(name):
    """The directory of a disk: under TBENCH_DISK_DIR, else under the system's temporary directory."""
    return os.path.join(os.environ.get("TBENCH_DISK_DIR", tempfile.gettempdir()), f"tbench-disk-{name}")


def parse_size(text):
    """Bytes from "512M" or "4G" (powers of two)."""
    units = {"K": 10, "M": 20, "G": 30, "T": 40}
    try:
        return int(text[:-1]) << units[text[-1].upper()] if text[-1].upper() in units else int(text)
    except (ValueError, IndexError):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 512M or 4G") from None


def parser(program, faulty):
    top = argparse.ArgumentParser(prog=program, description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, text):
        command = commands.add_parser(name, help=text)
        command.add_argument("name", help="what to call the disk")
        return command

    up = add("up", "set up the disk and print {mount, device, directory} as JSON")
    up.add_argument("--fs", default="ext4", choices=["ext4", "xfs", "none"])
    up.add_argument("--size", default=4 << 30, type=parse_size, help="512M, 4G; sparse (default 4G)")
    up.add_argument("--wdelay", default=0.0, type=float, metavar="MS", help="delay of every write")
    up.add_argument("--rdelay", default=0.0, type=float, metavar="MS", help="delay of every read")
    up.add_argument("--mount-options", default="", metavar="OPTIONS")
    if faulty:
        up.add_argument("--write-error", default="EIO", choices=["EIO", "ENOSPC", "EPERM", "none"])
        up.add_argument("--write-error-percent", default=100.0, type=float)
        up.add_argument("--read-error", default="none", choices=["EIO", "none"])
        add("break", "from now on writes (reads) fail as `up` was told")
        add("heal", "no more errors")
        add("vanish", "the disk is gone: every request fails from now on")
    add("pause", "the disk answers nothing until `resume`")
    add("resume", "the disk answers again")
    add("down", "unmount, detach and remove everything")
    return top


def bring_up(directory, arguments):
    def chosen(name):
        value = getattr(arguments, name, "none")
        return None if value == "none" else value

    disk = NbdDisk(
        directory,
        DiskOptions(
            filesystem=arguments.fs,
            size_bytes=arguments.size,
            write_delay_ms=arguments.wdelay,
            read_delay_ms=arguments.rdelay,
            mount_options=arguments.mount_options,
            # A read out of the page cache of the FUSE file never meets the disk that is to fail it. Otherwise the cache
            # stays, because it makes one error, EIO, of whatever a disk that is gone answers.
            direct=chosen("read_error") is not None,
            write_error=chosen("write_error"),
            write_error_percent=getattr(arguments, "write_error_percent", 100),
            read_error=chosen("read_error"),
        ),
    )
    disk.up()
    mount = None if arguments.fs == "none" else disk.mount_point
    print(json.dumps({"mount": mount, "device": disk.device, "directory": disk.directory}))


def main(program, faulty):
    """Runs one command; the exit status is 0, or 1 with the reason on stderr."""
    arguments = parser(program, faulty).parse_args()
    directory = home(arguments.name)
    actions = {
        "break": NbdDisk.break_io,
        "heal": NbdDisk.heal,
        "vanish": NbdDisk.vanish,
        "pause": NbdDisk.pause,
        "resume": NbdDisk.resume,
        "down": NbdDisk.down,
    }
    try:
        if arguments.command == "up":
            bring_up(directory, arguments)
        else:
            actions[arguments.command](NbdDisk.load(directory))
    except DiskError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0
