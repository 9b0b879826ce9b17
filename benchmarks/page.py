"""Seconds and CPU-seconds from the last photo to the page's sentence, in headless Chromium, and its p beside Python's.

Both look at the same photos, with the same seed. Looking is from the first file to the last photo looked at; answering
is from then, by a click, until the sentence is there. Seconds are of no use on a busy machine; CPU-seconds are those of
all of the browser's processes, or of Python's. Linux, and `pip install -e ".[dev]"` with chromium and its chromedriver.

For example:

    python benchmarks/page.py
    python benchmarks/page.py --data faces --classes 5 --each 10
    python benchmarks/page.py --data cats_and_dogs --each 300
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import catsex
from catsex import backend, cli, files
from catsex.errors import CatsexError
from catsex.page import site
from catsex.page.network_file import network_files
from catsex.page.server import PageServer
from catsex.pretrained import weights

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
# Click, and come back when the sentence is there.
ASK = """
const done = arguments[0], begin = performance.now();
document.querySelector('#start').click();
const look = () => {
  const answer = document.querySelector('#answered');
  if (!answer.hidden && !answer.classList.contains('working') && document.querySelector('#sentence').textContent)
    done((performance.now() - begin) / 1000);
  else setTimeout(look, 5);
};
setTimeout(look);
"""
MINUTES = 10  # that a browser may take for one step


def main():
    """Put the photos into a folder for each class, and have the page and Python answer."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "json")
    number = cli.whole_number(2, 10**6)
    parser.add_argument("--classes", metavar="N", type=number, help="the first few of them (default: all)")
    parser.add_argument("--each", metavar="N", type=number, default=20, help="photos of each class (default: 20)")
    args = parser.parse_args()
    seed = backend.start_keras(1 if args.seed is None else args.seed)
    with tempfile.TemporaryDirectory() as folder:
        counts = choose(catsex.load_photos(args.data), Path(folder), args.classes, args.each)
        print("photos:", ", ".join(f"{count} {name}" for name, count in counts.items()), flush=True)
        page = in_page(Path(folder), sum(counts.values()), args.weights, seed)
        python = in_python(folder, args.weights, seed)
    for name, found in (("page", page), ("Python", python)):
        for step in ("looking", "answering", "both"):
            if step in found:
                seconds, cpu = found[step]
                print(f"{name:<8}{step:<11}{seconds:8.2f} s {cpu:8.2f} CPU-s")
        print(f"{name:<8}p = {found['p_value']:.4f}, {100 * found['accuracy']:.0f} % right")
    files.write_json(args.json, {"photos": counts, "page": page, "python": python, "seed": seed})


def choose(photos, folder, classes, each):
    """Copy the first few photos of the first few classes, and return how many there are of each."""
    counts = {}
    for label, name in enumerate(photos.class_names[:classes]):
        chosen = np.flatnonzero(photos.labels == label)[:each]
        (folder / name).mkdir()
        for place, i in enumerate(chosen):
            shutil.copyfile(photos.paths[i], folder / name / f"{place:04d}{photos.paths[i].suffix}")
        counts[name] = len(chosen)
    return counts


def in_python(folder, file, seed):
    """Evaluate with nothing in the cache."""
    started, cpu = time.perf_counter(), time.process_time()
    found = catsex.evaluate(folder, seed=seed, weights=file, cache=False)
    both = [time.perf_counter() - started, time.process_time() - cpu]
    return {"both": both, "p_value": found.p_value, "accuracy": found.accuracy}


def in_page(folder, count, file, seed):
    """Show the photos to the page, ask, and return what that took and gave."""
    from selenium import webdriver
    from selenium.webdriver.support.wait import WebDriverWait

    options = webdriver.ChromeOptions()
    downloads = tempfile.mkdtemp(dir=folder.parent)
    options.add_experimental_option("prefs", {"download.default_directory": downloads, "safebrowsing.enabled": True})
    for option in OPTIONS:
        options.add_argument(option)
    if program := shutil.which("chromium"):
        options.binary_location = program
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    table = site.site(network_files(weights.load_mobilenet(file)))
    with PageServer(table) as server, webdriver.Chrome(options=options, service=service) as browser:
        server.start()
        browser.set_script_timeout(60 * MINUTES)
        wait = WebDriverWait(browser, 60 * MINUTES, poll_frequency=0.05)
        browser.get(f"{server.url}?tour=no&language=en&seed={seed}")
        wait.until(lambda _: browser.find_elements("css selector", "body[data-ready]"))
        browser.execute_async_script("navigator.serviceWorker.ready.then(arguments[0])")
        time.sleep(3)  # until all is kept
        clock = Clock(browser.service.process.pid)
        browser.find_element("id", "tree").send_keys(str(folder))
        wait.until(lambda _: browser.execute_script("return document.querySelectorAll('.thumb').length") == count)
        looking = clock.lap()
        if not browser.find_element("id", "start").is_enabled():
            raise CatsexError(f"the page cannot answer: {browser.find_element('id', 'status').text}")
        time.sleep(3)  # until the meter has read what came last
        clock.lap()
        seconds = browser.execute_async_script(ASK)
        answering = [seconds, clock.lap()[1]]
        browser.execute_script("document.querySelector('#more-take').click()")
        browser.execute_script("document.querySelector('#save-results').click()")
        saved = Path(downloads) / "results.json"
        wait.until(lambda _: saved.is_file())
        results = json.loads(saved.read_text(encoding="utf-8"))
        server.shutdown()
    shutil.rmtree(downloads)
    return {"looking": looking, "answering": answering} | {name: results[name] for name in ("p_value", "accuracy")}


class Clock:
    """The time, and the CPU time of a process and all that it has started."""

    def __init__(self, process):
        self.process = process
        self.last = self._now()

    def lap(self):
        """Return seconds and CPU-seconds since the last time."""
        now = self._now()
        found = [after - before for after, before in zip(now, self.last, strict=True)]
        self.last = now
        return found

    def _now(self):
        parents, ticks = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(") ")[2].split()
            except OSError:  # it has ended
                continue
            number = int(path.parent.name)
            parents[number], ticks[number] = int(fields[1]), sum(map(int, fields[11:15]))
        family = {self.process}
        while more := {number for number, parent in parents.items() if parent in family} - family:
            family |= more
        return time.perf_counter(), sum(ticks.get(number, 0) for number in family) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(cli.run(main))
