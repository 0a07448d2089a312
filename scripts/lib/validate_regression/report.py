"""The figures as Markdown."""


def table(counts):
    """A table of counts with their bars."""
    lines = ["| figure | hits | of | share | bar | |", "|---|--:|--:|--:|--:|---|"]
    for count in counts:
        bar = "" if count.bar is None else f"{'≥' if count.at_least else '≤'} {count.bar * 100:g} %"
        mark = {None: "", True: "kept", False: "**missed**"}[count.is_kept]
        lines.append(f"| {count.name} | {count.hits} | {count.trials} | {count.share * 100:.1f} % | {bar} | {mark} |")
    return "\n".join(lines) + "\n"


def whole(sections):
    """Titles with their counts, as one text."""
    return "".join(f"## {title}\n\n{table(counts)}\n" for title, counts in sections)
