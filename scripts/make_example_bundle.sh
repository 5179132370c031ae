#!/bin/sh
# Make docs/example-bundle anew: a rehearsal on the real Fashion-MNIST sample, without any image of the dataset.
# Needs what `make run` installs. Takes about a minute; the real files are found or fetched.
set -eu
cd "$(dirname "$0")/.."
VAR_DIR=$(mktemp -d)
export VAR_DIR
trap 'rm -rf "$VAR_DIR"' EXIT
manage() { .venv/bin/python manage.py "$@"; }
manage migrate --verbosity 0
manage import_dataset fashion-mnist
manage create_study example --dataset fashion-mnist --seed 20261122 --title "What is in these pictures?"
manage rehearse_study example --annotators 40 --seed 1
manage export_report example-rehearsal-1 --output docs/example-bundle --without-images
