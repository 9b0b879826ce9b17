"""Open a page in the browser: can a network really tell your photos apart? Nothing is sent anywhere.

For example:

    python scripts/page.py
    python scripts/page.py --build my_site

The first start takes a minute: it builds the page, which needs Node.js, and converts the network.
"""

import sys
import webbrowser

from catsex import backend, cli
from catsex.page import site
from catsex.page.server import PageServer
from catsex.pretrained import weights


def main():
    """Build what is missing, serve it to this machine alone, and open the browser."""
    parser = cli.parser(__doc__, "weights")
    parser.add_argument(
        "--build", metavar="DIR", type=cli.output_folder, help="write the finished page to this folder, and stop"
    )
    parser.add_argument("--port", type=cli.whole_number(0, 65535), default=8642, help="default: 8642; 0 for any free")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="do not open a browser")
    args = parser.parse_args()

    backend.start_keras(0)
    files = site.site(weights.load_mobilenet(args.weights))
    if args.build:
        site.write(files, args.build)
        print(f"the page: {args.build} (serve it by https; opened as a file it cannot work)")
        return
    with PageServer(files, args.port) as server:
        print(f"the page: {server.url} (Ctrl-C ends it)", flush=True)
        if args.browser:
            webbrowser.open(server.url)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(cli.run(main))
