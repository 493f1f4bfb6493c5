#!/usr/bin/env bash
# mkdocs-material 9.8.1, Chromium (Debian), driven by playwright 1.65.2; seen 2026-12-01.
#
# Expected: navigation.instant costs nothing on the first page that a reader opens; it is about the
# pages after it.
# Seen: on every load its script sets each relative href of the head anew, to make it absolute. For
# a stylesheet that is a change: the sheet is taken out and put in again, and the browser computes
# the style of all elements of the page, and its layout, a second time. Without the feature next to
# nothing is computed again.
# Needs: chromium on the PATH.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q mkdocs==1.6.1 mkdocs-material==9.8.1 playwright==1.65.2
cd "$folder"
mkdir docs
{ echo '# Page'; for i in $(seq 300); do printf '\nParagraph %s with *some* `code`.\n' "$i"; done; } >docs/index.md
for feature in navigation.instant navigation.footer; do
  printf 'site_name: x\nsite_url: http://127.0.0.1:8137/\nsite_dir: %s\ntheme:\n  name: material\n  font: false\n  features: [%s]\n' \
    "$feature" "$feature" >mkdocs.yml
  NO_MKDOCS_2_WARNING=1 venv/bin/mkdocs build -q
done
cat >count.py <<'P'
import functools, http.server, shutil, threading
from playwright.sync_api import sync_playwright

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

def styled(folder):
    """Elements whose style is computed again because a rule has changed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8137), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        session, events, done = page.context.new_cdp_session(page), [], []
        session.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
        session.on("Tracing.tracingComplete", lambda told: done.append(told))
        wanted = "disabled-by-default-devtools.timeline.invalidationTracking"
        session.send("Tracing.start", {"categories": wanted, "transferMode": "ReportEvents"})
        page.goto("http://127.0.0.1:8137/", wait_until="load")
        page.wait_for_timeout(1500)
        session.send("Tracing.end")
        while not done:
            page.wait_for_timeout(50)
        browser.close()
    server.shutdown()
    server.server_close()
    reasons = [e["args"]["data"].get("reason") for e in events if e["name"] == "StyleRecalcInvalidationTracking"]
    return reasons.count("Style rule change")

instant, plain = styled("navigation.instant"), styled("navigation.footer")
print(f"elements styled again: {instant} with navigation.instant, {plain} without")
assert instant > 900 and plain < 50  # of 900 in the text
P
venv/bin/python count.py
