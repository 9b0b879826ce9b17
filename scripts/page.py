"""Open a page in the browser: can a network really tell your photos apart? Nothing is sent anywhere.

For example:

    python scripts/page.py
    python scripts/page.py --share
    python scripts/page.py --build my_site

The first start takes a minute: it builds the page, which needs Node.js, and converts the network. With --share, a
class in the same network opens the page too, by a link or a QR code: pip install -e ".[share]"
"""

import sys
import webbrowser
from pathlib import Path

from catsex import backend, cli
from catsex.page import site
from catsex.page.network_file import files_of_weights, network_files
from catsex.page.server import PageServer
from catsex.page.sharing import certified, own_address, qr_code
from catsex.pretrained import weights

WARNING = """\
Whoever is in this network can open it; their photos stay on their own devices.
Browsers warn once, since no authority has signed this computer's certificate: choose "Advanced", then go on."""


def main():
    """Build what is missing, serve it to this machine alone or to the local network, and open the browser."""
    parser = cli.parser(__doc__, "weights")
    parser.add_argument(
        "--build", metavar="DIR", type=cli.output_folder, help="write the finished page to this folder, and stop"
    )
    parser.add_argument("--share", action="store_true", help="serve it to the local network, encrypted")
    parser.add_argument(
        "--port", type=cli.whole_number(0, 65535), default=8642, help="of the page (default: 8642; 0: any)"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="do not open a browser")
    args = parser.parse_args()

    address = own_address() if args.share else "127.0.0.1"
    context = certified(address) if args.share else None
    files = site.site(network(args.weights))
    if args.build:
        site.write(files, args.build)
        print(f"the page: {args.build} (serve it by https; opened as a file it cannot work)")
        return
    with PageServer(files, args.port, address, context) as server:
        print(f"the page: {server.url} (Ctrl-C ends it)", flush=True)
        if args.share:
            print(f"{qr_code(server.url)}{WARNING}", flush=True)
        if args.browser:
            webbrowser.open(server.url)
        server.serve_forever()


def network(file):
    """Return the folder of the network's files, converted from a weights file unless they are there already."""

    def load():
        backend.start_keras(0)
        return weights.load_mobilenet(file)

    path = Path(file) if file else weights.find_weights()[0]
    return files_of_weights(path, load) if path.is_file() else network_files(load())  # which says what is wrong


if __name__ == "__main__":
    sys.exit(cli.run(main))
