from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("labelling", "0005_annotators_half_hour"),
    ]

    operations = [
        migrations.AlterField(
            model_name="annotator",
            name="turned_away_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("screening", "The answers to the screening questions"),
                    ("practice", "The practice round was not passed"),
                    ("time", "The time that the panel allows was over"),
                    ("returned", "They gave their place back to the panel"),
                ],
                max_length=10,
            ),
        ),
    ]
