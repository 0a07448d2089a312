"""The command line of validate-matrix."""

import argparse
import os
import sys
import tempfile
import time

from . import judge, trials

PARTS = {
    "truths": "What each cache mode does at the image's file",
    "same": "The same disk twice",
    "slowdown": "A delay under one image",
    "null": "Guest less host on the null disk",
}

EPILOGUE = """
parts: truths    what reaches the image's file, counted: no times, so a busy machine does not matter (10 runs, 4 minutes)
       same      the same disk twice in turns: how often they are called different (40 runs, 25 minutes; a quiet machine)
       slowdown  an nbdkit with a delay of 10 ms below one of three equal disks (10 runs, 6 minutes)
       null      the null disk in a guest and from the host, two runs (5 minutes with an emulated guest; a quiet machine)

All of it takes about 40 minutes. With --output each matrix is kept as it was measured, and a part that was interrupted goes on
where it was; README.md there has the table. exit status: 0 every bar is kept; 2 one is missed; 1 something failed.
"""


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="validate-matrix", description="Checks 'tbench matrix' against what is known to be true.",
        epilog=EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("directory", metavar="DIR", help="where the images are made; nothing stays there")
    top.add_argument("--parts", default=",".join(PARTS), metavar="LIST", help="some of them (default all)")
    top.add_argument("--runs", type=int, default=10, help="of truths and of slowdown (default 10)")
    top.add_argument("--pairs", type=int, default=40, help="of same (default 40)")
    top.add_argument("--seed", type=int, default=7, help="of which disk is delayed (default 7)")
    top.add_argument("--kernel", metavar="FILE", help="of the guest (default: the one of scripts/setup --all, else an installed one)")
    top.add_argument("-o", "--output", metavar="DIR", help="keep the matrices and the table here")
    return top


def kernel(root):
    """The kernel that scripts/setup --all unpacks; None where it was never run."""
    boot = os.path.join(root, ".build", "guest", "boot")
    names = sorted(name for name in (os.listdir(boot) if os.path.isdir(boot) else []) if name.startswith("vmlinuz-"))
    return os.path.join(boot, names[-1]) if names else None


def main(root):
    """Runs the parts, prints the table; returns the exit status."""
    arguments = parser().parse_args()
    parts = [part for part in arguments.parts.split(",") if part]
    unknown = [part for part in parts if part not in PARTS]
    wrong = (
        f"'{unknown[0]}' is not a part; see validate-matrix --help" if unknown
        else f"'{arguments.directory}' is not a directory" if not os.path.isdir(arguments.directory)
        else "--runs and --pairs are at least 1" if arguments.runs < 1 or arguments.pairs < 1 else None
    )
    if wrong:
        print(f"Error: {wrong}", file=sys.stderr)
        return 64
    with tempfile.TemporaryDirectory(prefix="tbench-validate-matrix-") as away:
        output = os.path.abspath(arguments.output) if arguments.output else away
        os.makedirs(output, exist_ok=True)
        try:
            sections = [(PARTS[part], run(part, root, output, arguments)) for part in parts]
        except (trials.TrialError, OSError, KeyError, TypeError, ValueError) as error:
            print(f"Error: {error}", file=sys.stderr)
            return 1
        text = judge.table(sections)
        with open(os.path.join(output, "README.md"), "w", encoding="utf-8") as file:
            file.write(f"# tbench matrix against what is known\n\n{text}")
    print(text)
    return 0 if all(one.is_kept for _, figures in sections for one in figures) else 2


def run(part, root, output, arguments):
    """The figures of one part."""
    def say(text):
        print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)

    program = os.environ.get("TBENCH") or os.path.join(root, "scripts", "tbench")
    bench = trials.Bench(program, arguments.directory, output, say)
    if part == "truths":
        return judge.count_truths(trials.truths(bench, arguments.runs))
    if part == "same":
        return judge.count_different(trials.same(bench, arguments.pairs))
    if part == "slowdown":
        return judge.count_found(trials.slowdown(bench, arguments.runs, arguments.seed))
    return judge.compare_null(trials.null(bench, arguments.kernel or kernel(root)))
