#!/usr/bin/env python3
"""Writes Profiles/*.json5 and Profiles/rubrics into a Swift file, so that the static binary works alone.

    scripts/lib/embed_profiles.py           writes the file
    scripts/lib/embed_profiles.py --check   exits with 1 when it is not up to date

SwiftPM's `.embedInCode` takes only files inside the target's own directory and turns each into an array of bytes; the
profiles stay at the top, where people look for them.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "Sources/Workloads/Profiles/EmbeddedProfiles.swift"


def generate() -> str:
    lines = [
        "// Generated from Profiles/ by scripts/lib/embed_profiles.py; edit the profiles, then run it.",
        "",
        "/// The text of every profile that comes with tbench, by name.",
        "enum EmbeddedProfiles {",
        "    static let texts: [(name: String, text: String)] = [",
    ]
    for path in sorted((ROOT / "Profiles").glob("*.json5")):
        text = path.read_text(encoding="utf-8")
        if '"""##' in text:
            raise SystemExit(f"{path.name} holds the end mark of the literal")
        lines += ["        (", f'            "{path.stem}",', '            ##"""']
        lines += [("            " + line) if line else "" for line in text.split("\n")]
        lines += ['            """##', "        ),"]
    lines += ["    ]", ""]
    text = (ROOT / "Profiles/rubrics/disk-combinations.json5").read_text(encoding="utf-8")
    lines += ["    /// How disk combinations are graded.", "    static let combinationRubric = ##\"\"\""]
    lines += [("        " + line) if line else "" for line in text.split("\n")]
    lines += ['        """##', "}", ""]
    return "\n".join(lines)


def main() -> int:
    generated = generate()
    if sys.argv[1:] == ["--check"]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != generated:
            print("EmbeddedProfiles.swift is not up to date: run scripts/lib/embed_profiles.py", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(generated, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
