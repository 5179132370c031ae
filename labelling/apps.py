"""The labelling app: datasets, studies, annotators, labels."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LabellingConfig(AppConfig):
    """Installs the database's own guards after each migration."""

    name = "labelling"
    verbose_name = "Human Baseline"

    def ready(self) -> None:
        """Connect the installer of the triggers; migrations on SQLite rebuild tables and would lose them."""
        from labelling.models.guards import install_guards

        post_migrate.connect(install_guards, sender=self)
