"""The command line of validate-model."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from nbd_disk import DiskError

from . import report, settings
from .network import NetworkError
from .volume import Volume

EPILOGUE = f"""
settings: {', '.join(setting.name for setting in settings.ALL)}

Each agent runs in a network namespace of its own on a veth pair; slow links are token buckets, slow disks are nbdkit
with a known delay. Needs root. One setting takes about a minute at the default rounds.
exit status: 0 every bar is kept; 2 one is missed; 1 something failed.
"""


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="validate-model",
        description="Predicts replicated writes from their terms, measures them, and compares the two.",
        epilog=EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("directory", metavar="DIR", help="the fast replicas' disk; works in a directory it makes there")
    top.add_argument("--settings", default="", metavar="LIST", help="some of them (default all)")
    top.add_argument("--rounds", type=int, default=20, help="rounds of each ladder (default 20)")
    top.add_argument("--slice", default="250ms", metavar="TIME", help="a step's time in a round (default 250ms)")
    top.add_argument("--size", default="64M", metavar="BYTES", help="of the volume (default 64M)")
    top.add_argument("--output", metavar="DIR", help="records and report go here (default Results/validate-model-TIME)")
    return top


def measure(tbench, setting, arguments, output):
    """Runs one setting; returns the path of its record."""
    with tempfile.TemporaryDirectory(prefix="tbench-validate-model-", dir=arguments.directory) as directory:
        with Volume(tbench, setting, directory) as volume:
            command = [tbench, "longhorn", directory, "--token-file", volume.token, "--loads", "write",
                       "--rounds", str(arguments.rounds), "--slice", arguments.slice, "--size", arguments.size,
                       "--output-dir", os.path.join(output, setting.name), "--tag", f"setting={setting.name}", "--quiet"]
            for address in volume.addresses:
                command += ["--replica", address]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise NetworkError(f"tbench longhorn failed in {setting.name}: {done.stderr.strip()}")
    for line in done.stderr.splitlines():
        if line.startswith("Record: "):
            return line.removeprefix("Record: ")
    raise NetworkError(f"tbench longhorn named no record in {setting.name}: {done.stderr.strip()}")


def model(tbench, record):
    """What the model says of a record."""
    command = [tbench, "model", record, "--output-format", "json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    # 2 is an answer: the model and the measurement disagree.
    if done.returncode not in (0, 2):
        raise NetworkError(f"tbench model failed for {record}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def main(root):
    """Runs every setting, prints the table; returns the exit status."""
    arguments = parser().parse_args()

    def wrong(text):
        print(f"Error: {text}", file=sys.stderr)
        return 64

    try:
        chosen = settings.named([name for name in arguments.settings.split(",") if name])
    except KeyError as unknown:
        return wrong(f"{unknown} is not a setting; see validate-model --help")
    if not os.path.isdir(arguments.directory):
        return wrong(f"'{arguments.directory}' is not a directory")
    if arguments.rounds < 2:
        return wrong("--rounds must be at least 2")
    if os.geteuid() != 0:
        return wrong("network namespaces and delayed disks need root")
    output = arguments.output or os.path.join(root, "Results", time.strftime("validate-model-%Y%m%dT%H%M%S"))
    os.makedirs(output, exist_ok=True)
    tbench = os.environ.get("TBENCH") or os.path.join(root, "scripts", "tbench")
    rows = []
    try:
        for setting in chosen:
            print(f"{setting.name} …", file=sys.stderr, flush=True)
            rows += report.rows(setting, model(tbench, measure(tbench, setting, arguments, output)))
    except (NetworkError, DiskError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    text = report.table(rows)
    with open(os.path.join(output, "report.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    return 0 if all(row.is_kept for row in rows) else 2
