from django.db import migrations, models


class Migration(migrations.Migration):
    """Put the text of the protocol after all other columns of a study.

    On SQLite a column that stands behind a text of megabytes is read through the whole text.
    """

    dependencies = [
        ("labelling", "0007_researchers_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="protocol_text",
            field=models.TextField(
                blank=True, default="", editable=False, help_text="The frozen protocol, canonical JSON."
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE labelling_study SET protocol_text = protocol",
            "UPDATE labelling_study SET protocol = protocol_text",
        ),
        migrations.RemoveField(model_name="study", name="protocol"),
        migrations.RenameField(model_name="study", old_name="protocol_text", new_name="protocol"),
    ]
