import pytest

from teachgym.models.json_text import LONGEST, json_object


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"topic": 3}', {"topic": 3}),
        ('```json\n{"topic": 3,\n "level": 1}\n```', {"topic": 3, "level": 1}),
        ('<think>{"topic": 1}? Rather not.</think> I say {"topic": 2}.', {"topic": 2}),
        ('{"outer": {"topic": 1}}', {"outer": {"topic": 1}}),
        ('{"text": "a } and a { \\" in a string"}', {"text": 'a } and a { " in a string'}),
        ('{{"topic": 3}}', {"topic": 3}),
        ('{"topic": 1} and then {"topic": ', {"topic": 1}),
        ("{}", {}),
        ("topic 3, level 1", None),
        ("", None),
        ("[1, 2]", None),
        ('{"topic": NaN}', None),
        ("{'topic': 3}", None),
        ('{"topic": __import__("os").getpid()}', None),
        ('{"topic": ' + "9" * 5000 + "}", None),
        ('{"a":' * 5000, None),
    ],
)
def test_the_last_object_in_a_text(text, found):
    assert json_object(text) == found


def test_only_the_end_of_a_long_text_is_read():
    assert json_object('{"topic": 1}' + "x" * LONGEST) is None
    assert json_object("x" * 10 * LONGEST + '{"topic": 1}') == {"topic": 1}
