#!/usr/bin/env bash
# Makes sure that Chromium and a CJK font are there, which the browser tests and PDFs need, and Java,
# for the program that checks EPUBs.
# Installs them on Debian and Ubuntu when it may; otherwise says how, and fails.
#
# CHROMIUM  the browser to use, if it is not on the PATH (src/handbook/taking/browser.py)
set -euo pipefail

missing=()
# Where it is to be had, Chromium without windows: the same engine, and a third of the work.
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium-headless-shell chromium >/dev/null; then
  missing+=(chromium)
fi
# No pipe into grep -q: it would end fc-list early, and pipefail would call that a failure.
{ command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn file)" ]; } || missing+=(fonts-noto-cjk)
command -v java >/dev/null || missing+=(default-jre-headless)
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
else
  as_root=(sudo -n)
fi
if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }; then
  echo "▸ installing for the browser tests: ${missing[*]}"
  "${as_root[@]}" apt-get update
  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing=("${missing[@]/%chromium/chromium-headless-shell}")
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}" fontconfig
  exit 0
fi

cat >&2 <<MESSAGE
error: the browser tests need ${missing[*]} and may not install it here.
  Debian, Ubuntu:  sudo apt-get install chromium fonts-noto-cjk default-jre-headless
  elsewhere:       install Chromium or Chrome, a Chinese font and Java, then
                   CHROMIUM=/path/to/chromium make test
MESSAGE
exit 1
