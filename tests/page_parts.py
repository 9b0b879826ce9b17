"""A page about a run, and what it is made of."""

from html.parser import HTMLParser

from catsex.report.page import PAGE, draw


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, in order, and the text in each kind of tag."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.open = [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def drawn(record):
    return draw(record)[PAGE]
