"""Check lessons before a class sees them: what is wrong is told with file and line.

python -m demos.lessons check DIR
"""

import argparse
import sys
from pathlib import Path

from demos.lessons.format.reading import lesson_files, read_lesson


def main() -> int:
    """Check a folder; 1 if anything is wrong with it, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["check"])
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder of lessons, each a Markdown file")
    folder = parser.parse_args().folder
    paths = lesson_files(folder)
    if not paths:
        print(f"There are no lessons in {folder}: put a file such as my-lesson.md there.")
        return 1
    results = [read_lesson(path) for path in paths]
    problems = [problem for _, wrong in results for problem in wrong]
    for problem in problems:
        print(problem)
    for lesson, _ in results:
        if lesson:
            print(f"{lesson.name}.md is right: {len(lesson.steps)} steps, {lesson.head.minutes} minutes.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
