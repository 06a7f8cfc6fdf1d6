"""A real browser, a served page, and what a careful person would check on it."""

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp

from tests.budgets import chosen
from worktraq.cli.serving import Doorway

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
"""Where pictures of the pages are left for people; not kept with the source."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; where there is none the test is skipped, except where everything is to be tested."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: ASGIApp, doorway: Doorway) -> Iterator[None]:
    """An application on a socket of this machine, for the time of the block."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [doorway.listening]})
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            thread.join(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        doorway.listening.close()


@contextmanager
def visiting(
    browser: Browser, *, width: int = 1280, scripts: bool = True, dark: bool = False, problems: list[str] | None = None
) -> Iterator[Page]:
    """A new visitor with cookies of his or her own.

    Args:
        browser: In which.
        width: Of the screen, in pixels.
        scripts: Whether JavaScript runs.
        dark: Whether dark pages are preferred.
        problems: Gets what the browser complains about, such as what the policy of the page forbids.
    """
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    if problems is not None:
        page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    try:
        yield page
    finally:
        context.close()


def keep_picture(page: Page, name: str) -> None:
    """Leave a picture of a page for people, with large budgets or where ``WORKTRAQ_PICTURES`` asks for it."""
    if chosen(modest="WORKTRAQ_PICTURES" in os.environ, large=True):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


_CHECKS = """() => {
  const problems = [];
  const all = selector => [...document.querySelectorAll(selector)];
  const text = element => (element.textContent || '').trim();
  if (!document.documentElement.lang) problems.push('no language');
  if (!document.title) problems.push('no title');
  if (all('h1').length !== 1) problems.push('not one h1');
  if (all('main').length !== 1 || all('header').length !== 1) problems.push('landmarks missing');
  let level = 1;
  for (const heading of all('h1, h2, h3, h4')) {
    const its = Number(heading.tagName[1]);
    if (its > level + 1) problems.push('heading skipped: ' + text(heading));
    level = its;
  }
  for (const field of all('input:not([type=hidden]), textarea, select'))
    if (![...(field.labels || [])].some(label => text(label))) problems.push('no label: ' + field.name);
  for (const element of all('[aria-describedby], [aria-labelledby]'))
    for (const name of ['aria-describedby', 'aria-labelledby'])
      for (const id of (element.getAttribute(name) || '').split(' ').filter(Boolean))
        if (!document.getElementById(id)) problems.push(name + ' to nothing: ' + id);
  for (const group of all('fieldset')) if (!group.querySelector('legend')) problems.push('group without a legend');
  for (const table of all('table')) {
    if (!table.querySelector('thead th[scope=col]')) problems.push('table without headers');
    for (const row of table.querySelectorAll('tbody tr'))
      if (!row.querySelector('th[scope=row]')) problems.push('row without a header');
  }
  for (const element of all('a, button'))
    if (!text(element)) problems.push('nothing to read on a control');
  for (const picture of all('img')) if (!picture.alt) problems.push('picture without words');
  const ids = all('[id]').map(element => element.id);
  for (const id of new Set(ids)) if (ids.filter(each => each === id).length > 1) problems.push('id twice: ' + id);
  const first = document.body.querySelector('a, button, input, textarea');
  if (!first || first.getAttribute('href') !== '#main' || !document.getElementById('main')) problems.push('no skip link');

  const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const over = (front, back) => {
    const alpha = front.length > 3 ? front[3] : 1;
    return [0, 1, 2].map(at => front[at] * alpha + back[at] * (1 - alpha));
  };
  const ground = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255]);
  };
  const luminance = colour => {
    const [red, green, blue] = colour.map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  for (const element of all('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own && !['INPUT', 'TEXTAREA'].includes(element.tagName)) continue;
    if (['STYLE', 'SCRIPT'].includes(element.tagName) || !element.getClientRects().length) continue;
    const back = ground(element);
    const found = contrast(over(parse(getComputedStyle(element).color), back), back);
    if (found < 4.5) problems.push('contrast ' + found.toFixed(2) + ': ' + text(element).slice(0, 40));
  }
  return problems;
}"""


def flaws_of(page: Page) -> Sequence[str]:
    """What makes a page hard to use by screen reader, keyboard or weak eyes; and what does not fit its width."""
    # A click that sends a form is over before the next page is there.
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_CHECKS)
    widths: Mapping[str, int] = page.evaluate(
        "() => ({inside: document.documentElement.scrollWidth, outside: document.documentElement.clientWidth})"
    )
    if widths["inside"] > widths["outside"]:
        found.append(f"{widths['inside']} pixels on a screen of {widths['outside']}")
    return found


def link_in(text: str) -> str:
    """The link in the plain text of a mail."""
    (link,) = set(re.findall(r"http://\S+/[0-9a-f]{32}/[\w-]{43}", text))
    return str(link)
