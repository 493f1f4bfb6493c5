#!/usr/bin/env bash
# What readers do, in Firefox: tests/firefox on the built site, driven by Mozilla's own client.
# Installs Debian's Firefox where it may. Where there is none, nothing is tried, which is an error.
#
# FIREFOX  the browser to use, if it is not on the PATH as firefox-esr or firefox
set -euo pipefail
cd "$(dirname "$0")/.."
FOLDER=$PWD/build/firefox  # in a folder of its own: the project does not depend on it
PACKAGES="marionette_driver==3.7.1 mozdevice==4.2.0 mozfile==3.0.0 mozinfo==1.2.3 mozlog==8.1.0
  mozprocess==1.4.0 mozprofile==3.0.0 mozrunner==8.4.0 mozsystemmonitor==1.0.1 mozterm==1.0.0
  mozversion==2.4.0 blessed==1.52.0 jinxed==2.1.0 distro==1.9.0 psutil==7.2.2 six==1.17.0
  wcwidth==0.9.4"

found() {
  FIREFOX=${FIREFOX:-$(command -v firefox-esr || command -v firefox || true)}
  [ -n "$FIREFOX" ]
}

if ! found && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "▸ installing Firefox"
  apt-get update && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends firefox-esr fonts-noto-cjk || true
fi
if ! found; then
  echo "error: not run: there is no Firefox here; FIREFOX=/path/to/firefox make firefox" >&2
  exit 1
fi
if [ ! -d "$FOLDER/marionette_driver" ]; then
  # shellcheck disable=SC2086 # a list of words
  .venv/bin/pip install --quiet --no-deps --target "$FOLDER" $PACKAGES
fi
export FIREFOX
PYTHONPATH=$FOLDER exec .venv/bin/python -m pytest -p no:cacheprovider tests/firefox
