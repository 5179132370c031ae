#!/bin/sh
# Sees to a Chromium, a PostgreSQL server, libfaketime and strace for the tests: on Debian as root their packages
# are installed where they are missing; elsewhere Playwright downloads its own Chromium. What stays missing is
# said by the tests.
set -u

missing=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing=chromium
if [ -z "${TEST_POSTGRES_URL:-}" ] && ! command -v initdb >/dev/null; then
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
fi
command -v faketime >/dev/null || missing="$missing faketime"
command -v strace >/dev/null || missing="$missing strace"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
    echo "Installing for the tests:" $missing
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >/dev/null && apt-get install -qq --yes --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
    echo "apt-get could not install $missing." >&2
fi
case $missing in
    chromium*) .venv/bin/python -m playwright install chromium ;;
esac
exit 0
