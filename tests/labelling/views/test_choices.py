"""The buttons and their keys."""

import pytest

from labelling.models import Category
from labelling.views.choices import choices, crowd, spare_keys


def categories(number: int) -> list[Category]:
    return [Category(position=position, name=str(position)) for position in range(number)]


def test_ten_categories_have_the_digits_as_they_lie_on_the_keyboard():
    assert [choice.key for choice in choices(categories(10))] == list("1234567890")


def test_more_categories_go_on_with_letters_and_the_rest_have_no_key():
    keys = [choice.key for choice in choices(categories(40))]
    assert keys[10:13] == ["q", "w", "e"]
    assert keys[36:] == [""] * 4
    assert len({key for key in keys if key}) == 36


@pytest.mark.parametrize(
    ("number", "style"), [(2, " choices--few"), (10, ""), (11, " choices--many"), (100, " choices--crowd")]
)
def test_many_buttons_are_set_more_tightly(number, style):
    assert crowd(categories(number)) == style


@pytest.mark.parametrize(
    ("number", "unsure", "undo", "zoom"),
    [(3, "0", "u", "z"), (10, "?", "u", "z"), (17, "?", "", "z"), (40, "?", "", "")],
)
def test_what_else_one_can_do_has_keys_that_no_category_has(number, unsure, undo, zoom):
    offered = choices(categories(number))
    assert spare_keys(offered) == {"unsure": unsure, "undo": undo, "zoom": zoom}
