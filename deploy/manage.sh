#!/bin/sh
# manage.py on an application host as its server runs: the same user, environment file and folder.
# As root: sh deploy/manage.sh migrate
exec systemd-run --quiet --collect --wait --pty --pipe \
    --uid=human-baseline --working-directory=/srv/human-baseline \
    --property=EnvironmentFile=/etc/human-baseline.env --property=StateDirectory=human-baseline \
    --property=UMask=0077 \
    /srv/human-baseline/.venv/bin/python manage.py "$@"
