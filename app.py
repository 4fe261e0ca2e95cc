"""Latent Loom: touch the classic image models of a first deep-learning course.

python app.py [--host H] [--port P] [--share]
"""

import argparse
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: contact no other host
# before numpy is imported: maps are small, and threads of its own that spin for one another take t-SNE 30 times as long
# on a busy machine
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gradio as gr

from demos import tab_id, tabs
from demos._theme import look

HEADER = """
<header class="loom-header">
  <h1>Latent Loom</h1><p>touch the classic image models</p>
  <nav>
    <button type="button" data-page="present" title="big type, no explanations">Present</button>
    <button type="button" data-page="theme" title="light or dark">Light / dark</button>
  </nav>
</header>
"""


def build_app() -> gr.Blocks:
    """The whole page: one tab per module in demos/; `?tab=` opens one."""
    names = [tab_id(tab) for tab in tabs()]

    def open_tab(request: gr.Request) -> gr.Tabs:
        wanted = request.query_params.get("tab")
        return gr.Tabs(selected=wanted if wanted in names else names[0])

    with gr.Blocks(title="Latent Loom", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as app:
        gr.HTML(HEADER, container=False, apply_default_css=False)
        with gr.Tabs(elem_id="tabs") as row:
            for tab in tabs():
                with gr.Tab(tab.TITLE, id=tab_id(tab), elem_id=f"{tab_id(tab)}-tab"):
                    tab.build()
        app.load(open_tab, None, row, api_visibility="private", show_progress="hidden")
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    host, port = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), os.environ.get("GRADIO_SERVER_PORT", "7860")
    parser.add_argument(
        "--host", default=host, help="address to listen on; 0.0.0.0 for every one (default: %(default)s)"
    )
    parser.add_argument("--port", type=int, default=int(port), help="port to listen on (default: %(default)s)")
    parser.add_argument("--share", action="store_true", help="also open a public link through Gradio's servers")
    args = parser.parse_args()
    demo.queue(max_size=64).launch(
        server_name=args.host, server_port=args.port, share=args.share,
        show_error=True, run_history=False, enable_monitoring=False, max_file_size="20mb", **look(),
    )  # fmt: skip


demo = build_app()

if __name__ == "__main__":
    main()
