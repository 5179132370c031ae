"""The files for operators name variables, files and commands that exist, and keep no trace of people."""

import configparser
import re
from typing import Any

import pytest
import yaml

from labelling.services.predictions import LARGEST_FILE
from tests.config.test_settings import variables_read
from tests.source_files import ROOT

DEPLOY = ROOT / "deploy"
# The object storage's library reads these itself.
OF_LIBRARIES = {"AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}
OF_PYTHON = {"PYTHONDONTWRITEBYTECODE"}
SERVER = "-m gunicorn -c python:config.gunicorn config.wsgi:application"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / name)
    return parser


def test_compose_runs_postgresql_several_applications_and_a_proxy(compose):
    assert set(compose["services"]) == {"database", "prepare", "application", "proxy"}
    assert compose["services"]["application"]["deploy"]["replicas"] > 1
    assert compose["services"]["database"]["image"].startswith("postgres:")
    assert "ports" not in compose["services"]["application"], "only the proxy may be reached from outside"


def test_every_container_of_the_application_is_the_same(compose):
    prepare, application = compose["services"]["prepare"], compose["services"]["application"]
    for key in ("image", "build", "environment", "volumes"):
        assert prepare[key] == application[key]


def test_compose_sets_only_variables_that_are_read(compose):
    given = set(compose["services"]["application"]["environment"])
    assert given <= variables_read() | OF_LIBRARIES
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"} <= given


def test_compose_mounts_files_and_volumes_that_exist(compose):
    for service in compose["services"].values():
        for mounted in service.get("volumes", []):
            source = mounted.split(":")[0]
            assert (
                source in compose["volumes"] or source == "./deploy/certificates" or (ROOT / source).is_file()
            )


def test_compose_passes_on_every_setting_that_an_operator_may_choose(compose):
    fixed = {"DJANGO_SETTINGS_MODULE", "VAR_DIR", "DATA_DIR", "HOST", "PORT", "LOG_FORMAT"}
    elsewhere = {"DEBUG", "FASHION_MNIST_DIR", "PROMETHEUS_MULTIPROC_DIR", "TEST_DATABASE_URL"}
    given = set(compose["services"]["application"]["environment"])
    assert variables_read() - fixed - elsewhere <= given


def test_the_image_has_every_optional_package_that_a_server_uses():
    installed = re.search(r"^RUN pip install .*$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert installed
    for_a_server = {"requirements.txt", "requirements-s3.txt", "requirements-formats.txt"}
    assert set(re.findall(r"-r (\S+)", installed[0])) == for_a_server
    taken = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in for_a_server} <= set(taken)


def test_the_image_holds_every_part_of_the_product():
    taken = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages | {"manage.py", "templates"} <= taken
    assert all((ROOT / name).exists() for name in taken)


def test_the_image_sets_only_variables_that_are_read_and_starts_the_real_server():
    text = (ROOT / "Dockerfile").read_text()
    block = re.search(r"^ENV (.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    assert block
    assert set(re.findall(r"([A-Z_]+)=", block[1])) <= variables_read() | OF_DJANGO | OF_PYTHON
    command = re.search(r'^CMD \["python", (.*)\]$', text, re.MULTILINE)
    assert command
    assert " ".join(re.findall(r'"([^"]+)"', command[1])) == SERVER


def test_the_environment_of_a_host_has_only_variables_that_are_read():
    text = (DEPLOY / "human-baseline.env").read_text()
    given = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert given <= variables_read() | OF_LIBRARIES | OF_DJANGO
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"} <= given


def test_the_unit_of_a_host_starts_the_real_server():
    service = unit("human-baseline.service")["Service"]
    assert service["ExecStart"].endswith(SERVER)
    assert service["EnvironmentFile"] == "/etc/human-baseline.env"


@pytest.mark.parametrize(
    ("name", "expected"), [("backup", ["backup"]), ("tidy", ["expire_leases", "tidy_jobs"])]
)
def test_each_nightly_unit_runs_commands_that_exist(name, expected):
    text = (DEPLOY / f"human-baseline-{name}.service").read_text()
    commands = re.findall(r"manage.py (\w+)", text)
    assert commands == expected
    assert all((ROOT / f"labelling/management/commands/{name}.py").is_file() for name in commands)
    assert unit(f"human-baseline-{name}.timer")["Timer"]["OnCalendar"]


def test_the_nightly_backup_makes_its_folder_as_root_for_the_one_who_writes_there():
    service = unit("human-baseline-backup.service")["Service"]
    folder = service["ExecStart"].split()[-1]
    made = service["ExecStartPre"].split()
    assert made == ["+/usr/bin/install", "-d", "-m", "0700", "-o", service["User"], folder]


def test_every_timer_is_switched_on_by_a_command_of_the_page():
    page = (ROOT / "docs" / "deployment.md").read_text()
    [enabled] = re.findall(r"^systemctl enable --now (.*\.timer)$", page, re.MULTILINE)
    assert enabled.split() == [path.name for path in sorted(DEPLOY.glob("*.timer"))]


def test_the_proxy_keeps_no_trace_of_who_came_and_names_nobody_to_the_application():
    text = (DEPLOY / "nginx.conf").read_text()
    statements = {line.strip() for line in text.splitlines() if not line.strip().startswith("#")}
    assert {"access_log off;", "error_log stderr emerg;"} <= statements
    assert len([line for line in statements if line.startswith(("access_log", "error_log"))]) == 2
    assert "$remote_addr" not in text
    assert "$proxy_add_x_forwarded_for" not in text
    assert {"proxy_set_header X-Forwarded-Proto $scheme;", "proxy_set_header Host $host;"} <= statements


def test_the_proxy_lets_the_largest_upload_through():
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    room_for_the_form = 1024 * 1024
    assert int(megabytes) * 1024 * 1024 == LARGEST_FILE + room_for_the_form


@pytest.mark.parametrize("name", ["upstream-compose.conf", "upstream-hosts.conf"])
def test_the_proxy_finds_its_hosts_under_the_name_that_it_passes_on_to(name):
    assert "proxy_pass http://application;" in (DEPLOY / "nginx.conf").read_text()
    assert re.search(r"^upstream application \{", (DEPLOY / name).read_text(), re.MULTILINE)


def test_the_page_names_every_file_for_operators():
    page = (ROOT / "docs" / "deployment.md").read_text()
    assert [path.name for path in sorted(DEPLOY.iterdir()) if path.name.split(".")[0] not in page] == []
