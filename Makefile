# Two commands: `make run` starts the product, `make test` checks everything.
# DATABASE=both runs the tests of pages on PostgreSQL too, as continuous integration does.
DATABASE ?= as-needed

.PHONY: run test faults lint requirements
.SILENT:

# Values for checking the production settings; they serve nothing.
THROWAWAY = DJANGO_SETTINGS_MODULE=config.settings.production DATABASE_URL=sqlite://:memory: \
	ALLOWED_HOSTS=study.example SECRET_KEY=a-throwaway-key-that-is-long-and-varied-enough-0123456789

run:
	sh scripts/make_venv.sh requirements.txt
	exec .venv/bin/python manage.py run

test: lint
	sh scripts/install_test_tools.sh
	.venv/bin/python -m pytest --ds=config.settings.test --database $(DATABASE) --numprocesses 2 --dist loadfile

# Bring about every fault at its full figures, which takes hours, and write the table of docs/reliability.md.
faults:
	sh scripts/make_venv.sh requirements.txt requirements-dev.txt
	sh scripts/install_test_tools.sh
	.venv/bin/python benchmarks/faults.py --output docs/reliability.md

lint:
	sh scripts/make_venv.sh requirements.txt requirements-dev.txt
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/mypy config labelling evaluation fixtures
	DJANGO_SETTINGS_MODULE=config.settings.test .venv/bin/python manage.py makemigrations --check --dry-run
	$(THROWAWAY) .venv/bin/python -W error manage.py check --deploy --fail-level WARNING

# Compile the exact versions from the ranges in pyproject.toml.
requirements:
	sh scripts/make_venv.sh requirements.txt
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
		--output-file requirements.txt pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
		--extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
		--extra formats --constraint requirements.txt --output-file requirements-formats.txt pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
		--extra s3 --constraint requirements.txt --output-file requirements-s3.txt pyproject.toml
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make requirements" \
		--extra machines --constraint requirements.txt --output-file requirements-machines.txt pyproject.toml
