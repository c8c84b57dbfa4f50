import decimal
import unittest

from paysocket import strictjson


class StrictJSONTest(unittest.TestCase):
    def test_amounts_keep_all_their_digits(self):
        self.assertEqual(strictjson.read(b'{"a":9007199254740993,"b":1.10}'), {"a": 9007199254740993, "b": decimal.Decimal("1.10")})

    def test_what_two_readers_may_read_differently_is_refused(self):
        for text in ('{"a":1,"a":2}', '{"x":[{"a":1,"\\u0061":2}]}', '{"a":NaN}', '{"a":1e99}x', "[]", "", '{"a":' + "1" * 33 + "}",
                     '{"a":' * 40 + "1" + "}" * 40, '{"a":' + "[" * 40 + "]" * 40 + "}", '{"a":' + "[" * 200_000, "\ufeff{}"):
            with self.subTest(text[:30]), self.assertRaises(strictjson.NotJSON):
                strictjson.read(text.encode())

    def test_damaged_texts_can_be_put_into_a_message(self):
        found = strictjson.read(b'{"a":"\\ud800x","b":"\xff","c":"\\ud83d\\ude00"}')
        self.assertEqual(found, {"a": "\ufffdx", "b": "\ufffd", "c": "\U0001f600"})

    def test_an_outline_judges_its_outer_levels_only(self):
        found = strictjson.read_outline(b'{"list":[{"id":"a","x":{"n":1,"n":2}},{"id":"b"}]}', 3)
        self.assertEqual([each.flawed for each in found["list"]], [True, False])
        for text in (b'{"list":[{"id":"a","id":"b"}]}', b'{"list":[],"list":[]}'):
            with self.subTest(text), self.assertRaises(strictjson.NotJSON):
                strictjson.read_outline(text, 3)

    def test_what_is_written_has_no_absent_members(self):
        self.assertEqual(strictjson.write({"a": 1 << 62, "b": None, "c": {"d": "é"}}), '{"a":4611686018427387904,"c":{"d":"é"}}'.encode())
