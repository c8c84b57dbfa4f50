import assert from "node:assert/strict";
import test from "node:test";

import { NotJSON, readObject, readOutline, writeObject } from "../src/json.js";

const read = (text) => readObject(Buffer.from(text));

test("whole numbers keep all their digits", () => {
  assert.equal(read('{"amount": 9223372036854775807}').amount, 9223372036854775807n);
  assert.equal(read('{"amount": -1}').amount, -1n);
  assert.equal(read('{"amount": 1.5}').amount, 1.5);
});

test("what is JSON is read as JSON.parse reads it", () => {
  const text = ' {"a": [true, false, null, "x\\u00e9\\n\\"\\\\", "ไทย", {}, []], "b": {"c": ""}} ';
  assert.deepEqual(JSON.parse(JSON.stringify(read(text))), JSON.parse(text));
});

test("what is no single JSON object is refused", () => {
  const refused = [
    "", " ", "[]", "1", "null", '"x"', "{", "{]", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 "b":2}', '{"a":01}', '{"a":+1}', '{a:1}',
    '{"a":1}{}', '{"a":1}x', '{"a":"\u0001"}', '{"a":"\\x"}', '{"a":tru}', "{'a':1}", '{"a":NaN}', '{"a":"b}', '\ufeff{"a":1}',
    `{"a":${"9".repeat(100)}}`, "<html>", '{"a":1,"a":2}', '{"a":1,"\\u0061":2}',
    `{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
  ];
  for (const text of refused) assert.throws(() => read(text), NotJSON, text);
  assert.throws(() => readObject(Buffer.from([0x7b, 0x7d, 0xff])), NotJSON);
});

test("bytes that are not UTF-8 damage a text and nothing else", () => {
  assert.deepEqual({ ...readObject(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])) }, { a: "\ufffd" });
});

test("an outline judges the outer levels alone", () => {
  const outline = (text, judged) => readOutline(Buffer.from(text), judged);
  const deep = "[".repeat(400) + "]".repeat(400);
  const { value, flawed } = outline(`{"list":[{"id":1,"x":{"a":1,"a":2}},{"id":2},{"id":3,"x":${deep}},{"id":4,"x":${"9".repeat(400)}}]}`, 3);
  assert.deepEqual(value.list.filter((element) => flawed.has(element)).map((element) => element.id), [1n, 3n, 4n]);
  for (const text of ['{"a":1,"a":2}', '{"list":[{"id":1,"id":2}]}', '{"list":[{"id":1}', `{"list":${"[".repeat(300000)}`]) {
    assert.throws(() => outline(text, 3), NotJSON, text.slice(0, 40));
  }
});

test("names are only names", () => {
  const object = read('{"__proto__": {"live": true}}');
  assert.equal(object.live, undefined);
});

test("a million characters are read and do not take the process down", () => {
  const long = "x".repeat(1 << 20);
  assert.equal(read(`{"a":"${long}"}`).a, long);
  assert.throws(() => read(`{"a":${"[".repeat(1 << 20)}`), NotJSON);
});

test("amounts are written with all their digits", () => {
  assert.equal(writeObject({ amount: 9223372036854775807n, reason: undefined, note: "é\"" }),
    '{"amount":9223372036854775807,"note":"é\\""}');
});
