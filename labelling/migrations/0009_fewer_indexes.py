import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Drop indexes that another begins with, or that nothing reads: every lease and label wrote to them."""

    dependencies = [
        ("labelling", "0008_protocol_last"),
    ]

    operations = [
        migrations.AlterField(
            model_name="annotator",
            name="study",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="annotators",
                to="labelling.study",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="annotator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="labelling.annotator",
            ),
        ),
        migrations.AlterField(
            model_name="check",
            name="annotator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="checks",
                to="labelling.annotator",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="dataset",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="labelling.dataset",
            ),
        ),
        migrations.AlterField(
            model_name="label",
            name="category",
            field=models.ForeignKey(
                db_index=False,
                help_text="Empty where the annotator could not tell.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="labels",
                to="labelling.category",
            ),
        ),
        migrations.AlterField(
            model_name="label",
            name="changed_from",
            field=models.ForeignKey(
                db_index=False,
                help_text="The first choice, where the annotator took it back before the answer was sent on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="labels_changed",
                to="labelling.category",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="sample_item",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="labelling.sampleitem",
            ),
        ),
        migrations.AlterField(
            model_name="sampleitem",
            name="study",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sample",
                to="labelling.study",
            ),
        ),
    ]
