#!/bin/sh
# Usage: make_venv.sh FILE...
# Makes .venv with a new enough Python and installs the requirements FILEs into it. A file that has not changed
# since it was installed is passed over. Says one sentence on failure; the tools' own words go to a log.
set -u

log=.venv-install.log

fail() {
    echo "$1" >&2
    exit 1
}

# Any Python, however old, understands this.
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
its_version='import sys; sys.stdout.write("%d.%d.%d" % tuple(sys.version_info[:3]))'

find_python() {
    found=
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        version=$("$candidate" -c "$its_version" 2>/dev/null) || continue
        if "$candidate" -c "$new_enough" 2>/dev/null; then
            python=$candidate
            return
        fi
        found="$found${found:+, }$candidate is $version"
    done
    fail "Python 3.11 or newer is needed; ${found:-no Python was found}. Install a newer one, or name it: make run PYTHON=/path/to/python3.12"
}

make_venv() {
    if [ -x .venv/bin/python ] && .venv/bin/python -c "$new_enough" 2>/dev/null; then
        .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    fi
    find_python
    "$python" -m venv --clear .venv >"$log" 2>&1 && return
    if grep -q ensurepip "$log"; then
        fail "$python cannot make a virtual environment; install its venv module (Debian: apt-get install python3-venv)."
    fi
    fail "$python cannot make the virtual environment .venv: $(tail -n 1 "$log")"
}

install() {
    stamp=.venv/installed-$(basename "$1")
    cmp -s "$1" "$stamp" && return
    echo "Installing the packages of $1 into .venv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 2 -r "$1" >"$log" 2>&1 ||
        fail "The packages of $1 could not be installed: is the package index reachable? pip's own words are in $log."
    cp "$1" "$stamp"
}

touch "$log" 2>/dev/null || fail "The folder $(pwd) cannot be written, so .venv cannot be made; copy the product to a folder of your own."
make_venv
for file in "$@"; do
    install "$file"
done
rm -f "$log"
