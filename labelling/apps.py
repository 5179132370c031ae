"""The labelling app: datasets, studies, annotators, labels."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class LabellingConfig(AppConfig):
    """Installs the database's own guards and the groups of the roles after each migration."""

    name = "labelling"
    verbose_name = "Human Baseline"

    def ready(self) -> None:
        """Take the triggers up before a migration and lay them down after it, with the roles."""
        from labelling.models.guards import install_guards, remove_guards
        from labelling.roles import make_groups

        pre_migrate.connect(remove_guards, sender=self)
        post_migrate.connect(install_guards, sender=self)
        post_migrate.connect(make_groups, sender=self)
