# The application, as compose.yaml runs it: several of these containers around one PostgreSQL.
FROM python:3.13-slim-trixie

# pg_dump and psql, for `manage.py backup` and `restore`: of the database's version or newer.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --create-home --home-dir /var/lib/human-baseline human-baseline \
    && install -d -o human-baseline /var/lib/human-baseline/data
WORKDIR /srv/human-baseline

# All that the product can use: images in an object storage, datasets in HDF5 and parquet.
COPY requirements.txt requirements-s3.txt requirements-formats.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-s3.txt -r requirements-formats.txt
COPY . .

ENV DJANGO_SETTINGS_MODULE=config.settings.production \
    VAR_DIR=/var/lib/human-baseline \
    DATA_DIR=/var/lib/human-baseline/data \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json \
    PYTHONDONTWRITEBYTECODE=1

USER human-baseline
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi:application"]
