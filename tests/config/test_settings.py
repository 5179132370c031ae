"""Settings, each read by a process of its own, as a server reads them."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases import database
from tests.source_files import ROOT, product_files

COMPLETE = {
    "SECRET_KEY": "a-key-for-a-test-that-is-long-and-varied-enough-0123456789",
    "ALLOWED_HOSTS": "study.example,www.study.example",
    "DATABASE_URL": "sqlite://:memory:",
}


def run_python(source: str, *, settings: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_refuses_to_start_without(missing):
    environment = {name: value for name, value in COMPLETE.items() if name != missing}
    done = run_python("import django; django.setup()", settings="production", **environment)
    assert done.returncode != 0
    assert done.stderr.strip().endswith(f"Set the environment variable {missing}; see docs/deployment.md.")


def test_production_passes_the_deployment_check_without_a_warning():
    check = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
"""
    done = run_python(check, settings="production", **COMPLETE)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_binds_other_sites_under_its_name_only_where_told_to():
    source = """
from django.conf import settings
print(settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)
"""
    year = 365 * 24 * 3600
    done = run_python(source, settings="production", **COMPLETE)
    assert done.stdout.split() == [str(year), "False", "False"]
    asked = {"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}
    done = run_python(source, settings="production", **COMPLETE, **asked)
    assert done.stdout.split() == [str(year), "True", "True"]
    done = run_python(source, settings="production", **COMPLETE, HSTS_PRELOAD="1")
    assert "HSTS_PRELOAD=1 needs HSTS_INCLUDE_SUBDOMAINS=1" in done.stderr


def test_production_trusts_forms_from_its_own_hosts():
    source = (
        "from django.conf import settings; print(*settings.CSRF_TRUSTED_ORIGINS, *settings.ALLOWED_HOSTS)"
    )
    done = run_python(source, settings="production", **COMPLETE)
    assert done.stdout.split() == [
        "https://study.example",
        "https://www.study.example",
        "study.example",
        "www.study.example",
    ]


def test_production_reads_hosts_with_spaces_between_them_and_all_of_a_domain():
    source = "from django.conf import settings; print(settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS)"
    environment = COMPLETE | {"ALLOWED_HOSTS": "a.example, .b.example ,"}
    done = run_python(source, settings="production", **environment)
    assert done.stdout.strip() == ("['a.example', '.b.example'] ['https://a.example', 'https://*.b.example']")


def test_production_refuses_to_start_where_no_host_is_named():
    environment = COMPLETE | {"ALLOWED_HOSTS": " , "}
    done = run_python("import django; django.setup()", settings="production", **environment)
    assert done.stderr.strip().endswith("ALLOWED_HOSTS names no host; see docs/deployment.md.")


def test_a_machine_keeps_its_own_secret_key(tmp_path):
    source = "from django.conf import settings; print(settings.SECRET_KEY)"
    keys = [
        run_python(source, settings="development", VAR_DIR=str(tmp_path / "var")).stdout for _ in range(2)
    ]
    assert keys[0] == keys[1]
    assert len(keys[0].strip()) >= 50
    key = tmp_path / "var" / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["secret_key"]


def test_two_machines_have_different_secret_keys(tmp_path):
    source = "from django.conf import settings; print(settings.SECRET_KEY)"
    keys = {run_python(source, settings="development", VAR_DIR=str(tmp_path / name)).stdout for name in "ab"}
    assert len(keys) == 2


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(tmp_path, port):
    done = run_python(
        "import django; django.setup()", settings="development", VAR_DIR=str(tmp_path), PORT=port
    )
    assert done.stderr.strip().endswith(f"PORT={port} is not a number from 1 to 65535.")


@pytest.mark.parametrize("url", ["study.sqlite3", "mysql://name:secret@db.example/study", "oracle://x"])
def test_an_address_of_no_supported_database_is_refused_without_repeating_it(url):
    with pytest.raises(
        ImproperlyConfigured, match=r"DATABASE_URL .*postgres://name:password@host"
    ) as refusal:
        database(url)
    assert "secret" not in str(refusal.value)


def test_the_database_lies_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / "my study #1, 100% ready?"
    source = "from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    done = run_python(source, settings="development", VAR_DIR=str(folder))
    assert done.stdout.strip() == str(folder / "db.sqlite3")


@pytest.mark.parametrize("name", ["HOST", "PORT", "VAR_DIR", "DATABASE_URL"])
def test_an_empty_variable_counts_as_none(tmp_path, name):
    source = """
from django.conf import settings
print(settings.HOST, settings.PORT, settings.VAR_DIR, settings.DATABASES["default"]["NAME"])
"""
    environment = {"SECRET_KEY": "given", "VAR_DIR": str(tmp_path)}
    plain = {key: value for key, value in environment.items() if key != name}
    assert (
        run_python(source, settings="development", **{**environment, name: ""}).stdout
        == run_python(source, settings="development", **plain).stdout
        != ""
    )


def test_the_tests_write_nothing_beside_the_sources(settings):
    for folder in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT):
        assert not Path(folder).is_relative_to(ROOT)


def test_every_log_entry_passes_the_one_form_that_masks_personal_data(settings):
    assert settings.LOGGING["formatters"] == {"line": {"()": "config.logs.formatter"}}
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}


def test_gunicorn_writes_no_access_log():
    from config import gunicorn

    assert gunicorn.accesslog is None


def variables_read() -> set[str]:
    """Every environment variable that the settings read, from their sources."""
    names = set()
    for source in product_files("config"):
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = ast.unparse(node.func)
            if called in ("os.environ.get", "os.getenv", "_required"):
                names.add(str(node.args[0].value))
    return names


def test_every_environment_variable_is_documented():
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/running.md").read_text(), re.MULTILINE))
    assert variables_read() - {"TEST_DATABASE_URL"} <= documented
    assert {"HOST", "PORT", "DATABASE_URL", "FASHION_MNIST_DIR", "SECRET_KEY"} <= variables_read()
