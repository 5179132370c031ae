from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep of each annotator from where on places may be open to them, and put them in one order.

    The text of the protocol stays behind all other columns of a study: on SQLite a column that stands behind
    it is read through the whole text.
    """

    dependencies = [
        ("labelling", "0009_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="annotator",
            name="first_rank",
            field=models.PositiveBigIntegerField(
                default=0,
                editable=False,
                help_text="No place of a lower rank is open to the annotator; see services/picking.py.",
            ),
        ),
        migrations.AddField(
            model_name="annotator",
            name="reopenings_seen",
            field=models.PositiveIntegerField(
                default=0, editable=False, help_text="At how many of the study's reopenings that was so."
            ),
        ),
        migrations.AlterModelOptions(name="annotator", options={"ordering": ["study", "joined_at", "pk"]}),
        migrations.AlterField(
            model_name="sampleitem",
            name="role",
            field=models.CharField(
                choices=[
                    ("sampled", "Sampled"),
                    ("guide", "Guide example"),
                    ("practice", "Practice"),
                    ("gold", "Gold"),
                ],
                default="sampled",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="reopenings",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="How often places that were filled have been opened again.",
            ),
        ),
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
