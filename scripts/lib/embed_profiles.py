#!/usr/bin/env python3
"""Writes the files below Profiles/ into Swift files, so that the static binary works alone.

    scripts/lib/embed_profiles.py           writes the files
    scripts/lib/embed_profiles.py --check   exits with 1 when one is not up to date

SwiftPM's `.embedInCode` takes only files inside the target's own directory and turns each into an array of bytes; the
profiles stay at the top, where people look for them.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = [
    ("Profiles", "*.json5", "EmbeddedProfiles", "profile", "Sources/Workloads/Profiles"),
    ("Profiles/doctor", "*.yaml", "EmbeddedLimits", "doctor profile", "Sources/Inspection"),
]


def generate(source: str, pattern: str, name: str, what: str) -> str:
    lines = [
        f"// Generated from {source}/ by scripts/lib/embed_profiles.py; edit the profiles, then run it.",
        "",
        f"/// The text of every {what} that comes with tbench, by name.",
        f"enum {name} {{",
        "    static let texts: [(name: String, text: String)] = [",
    ]
    for path in sorted((ROOT / source).glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if '"""##' in text:
            raise SystemExit(f"{path.name} holds the end mark of the literal")
        lines += ["        (", f'            "{path.stem}",', '            ##"""']
        lines += [("            " + line) if line else "" for line in text.split("\n")]
        lines += ['            """##', "        ),"]
    lines += ["    ]"]
    if name == "EmbeddedProfiles":
        text = (ROOT / "Profiles/rubrics/disk-combinations.json5").read_text(encoding="utf-8")
        lines += ["", "    /// How disk combinations are graded.", "    static let combinationRubric = ##\"\"\""]
        lines += [("        " + line) if line else "" for line in text.split("\n")]
        lines += ['        """##']
    lines += ["}", ""]
    return "\n".join(lines)


def main() -> int:
    status = 0
    for source, pattern, name, what, folder in TARGETS:
        generated = generate(source, pattern, name, what)
        target = ROOT / folder / f"{name}.swift"
        if sys.argv[1:] != ["--check"]:
            target.write_text(generated, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != generated:
            print(f"{name}.swift is not up to date: run scripts/lib/embed_profiles.py", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
