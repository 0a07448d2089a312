"""What the matrices of 'tbench matrix --output-format json' show, and whether it is what is known to be true."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Figure:
    """One line of the report."""

    name: str
    bar: str
    measured: str
    is_kept: bool


def cells(document):
    """The cells of a matrix by name; one that was not measured to its end is an error of the trial."""
    found = {}
    for cell in document["cells"]:
        if cell.get("failure"):
            raise ValueError(f"{cell['name']}: {cell['failure']}")
        found[cell["name"]] = cell
    return found


def truths(document):
    """Which of the known truths a matrix of raw and qcow2-sparse with every cache mode shows, by name."""
    found = {}
    for cell in cells(document).values():
        tags = cell["tags"]
        for key in ("file_flushes_per_write", "file_writes_per_write"):
            if key not in cell:
                raise ValueError(f"{cell['name']} has no {key}: was its audit stopped?")
        found[tags["format"], tags["cache"]] = (cell["file_flushes_per_write"], cell["file_writes_per_write"])
    formats = ("raw", "qcow2-sparse")
    flushing = ("none", "writeback")
    return {
        "unsafe flushes nothing": all(found[one, "unsafe"][0] == 0 for one in formats),
        "writethrough and directsync flush each write": all(
            found[one, cache][0] >= 1 for one in formats for cache in ("writethrough", "directsync")),
        "raw writes once and flushes once": all(found["raw", cache] == (1, 1) for cache in flushing),
        "first touches of qcow2-sparse flush more than raw": all(
            found["qcow2-sparse", cache][0] > found["raw", cache][0] for cache in flushing),
        "first touches of qcow2-sparse write more than raw": all(
            found["qcow2-sparse", cache][1] > found["raw", cache][1] for cache in flushing),
    }


def count_truths(documents):
    """A line for each truth: in how many of the matrices it was found."""
    shown = [truths(document) for document in documents]
    return [
        Figure(name, f"{len(shown)} of {len(shown)}", f"{hits} of {len(shown)}", hits == len(shown) > 0)
        for name in (shown[0] if shown else {})
        for hits in [sum(one[name] for one in shown)]
    ]


def verdicts(document):
    """The verdicts of all cells against the reference."""
    return [cell["change"]["verdict"] for cell in cells(document).values() if cell.get("change")]


def count_different(documents):
    """How often the same disk twice was called different: at most 1 in 20."""
    said = [verdict for document in documents for verdict in verdicts(document)]
    different = sum(verdict in ("slower", "faster") for verdict in said)
    is_kept = len(said) >= 40 and different * 20 <= len(said)
    return [Figure("the same disk twice is called different", "at most 1 in 20, of 40 pairs or more",
                   f"{different} of {len(said)}", is_kept)]


def slowed(document):
    """The copies (1, 2, …) whose whole 99 % interval lies more than 5 % above the reference."""
    found = []
    for cell in cells(document).values():
        interval = (cell.get("change") or {}).get("ci99")
        if interval and interval[0] > 1.05:
            found.append(int(cell["tags"].get("copy", "1")))
    return sorted(found)


def count_found(trials):
    """`trials` are pairs of the delayed copy and the matrix: it, and it alone, is called slower."""
    hits = sum(slowed(document) == [copy] for copy, document in trials)
    return [Figure("a delay under one image is found, and in that cell alone", f"{len(trials)} of {len(trials)}",
                   f"{hits} of {len(trials)}", hits == len(trials) > 0)]


def null_difference(document):
    """Guest less host on the null disk, in nanoseconds."""
    for cell in cells(document).values():
        if cell["tags"]["format"] == "null":
            return cell["guest_minus_host"]["median_ns"]
    raise ValueError("the matrix has no null disk")


def compare_null(documents):
    """Two runs agree within 15 % of their mean."""
    one, other = (null_difference(document) for document in documents)
    mean = (one + other) / 2
    share = abs(one - other) / mean if mean > 0 else float("inf")
    return [Figure("guest less host on the null disk, two runs", "within 15 %",
                   f"{one / 1e3:.1f} µs and {other / 1e3:.1f} µs, {share * 100:.1f} % apart", share <= 0.15)]


def table(sections):
    """Titles with their figures as Markdown."""
    lines = []
    for title, figures in sections:
        lines += [f"## {title}", "", "| figure | bar | measured | ok |", "|---|---|---|---|"]
        lines += [f"| {one.name} | {one.bar} | {one.measured} | {'yes' if one.is_kept else '**no**'} |" for one in figures]
        lines.append("")
    return "\n".join(lines)
