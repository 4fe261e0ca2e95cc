"""Write the suite as a folder for a host of files, or for a stick: its pages compute in the browser.

python -m demos.site OUT [--tabs TAB ...] [--lessons DIR] [--weights DIR ...]
"""

import argparse
import os
import sys
from argparse import Namespace
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: contact no other host


def read_options() -> Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to write; it must not be there, or be empty")
    parser.add_argument("--tabs", metavar="TAB", nargs="+", default=[], help="these alone, such as classify latent_map")
    parser.add_argument("--lessons", metavar="DIR", type=Path, help="a folder of lessons of your own, offered as well")
    parser.add_argument(
        "--weights", metavar="DIR", type=Path, action="append", default=[],
        help="a folder of models of your own, offered as well; give it again for another",
    )  # fmt: skip
    options = parser.parse_args()
    for folder in options.weights:
        if not folder.is_dir():
            sys.exit(f"There is no folder {folder}. Name one with weights and their cards, such as runs/digits.")
    if options.lessons and not options.lessons.is_dir():
        sys.exit(f"There is no folder {options.lessons}: make it, and put a lesson such as my-lesson.md there.")
    return options


def main() -> None:
    """Write it, or end with a sentence that says why not."""
    options = read_options()
    from demos.site.build import write_site  # what takes seconds is imported once the options are right
    from demos.site.errors import SiteError

    try:
        written = write_site(options.out, options.tabs, [options.lessons] if options.lessons else [], options.weights)
    except SiteError as error:
        sys.exit(str(error))
    print(f"{options.out}: {', '.join(written.tabs)}; {written.files} files, {written.size / 1e6:.1f} MB.")
    print(f"Look at it: python -m http.server --directory {options.out}, then open http://127.0.0.1:8000/")


if __name__ == "__main__":
    main()
