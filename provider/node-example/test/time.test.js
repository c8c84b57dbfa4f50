import assert from "node:assert/strict";
import test from "node:test";

import { formatTime, fromMilliseconds, fromWire, parseDuration, parseTime, toWire } from "../src/contract/time.js";

test("times keep their nanoseconds from the gateway to the wire and back", () => {
  const time = parseTime("2026-02-03T04:05:06.789000001Z");
  assert.deepEqual(toWire(time), { seconds: "1770091506", nanos: 789000001 });
  assert.equal(fromWire(toWire(time)), time);
  assert.equal(formatTime(time), "2026-02-03T04:05:06.789000001Z");
  assert.equal(formatTime(parseTime("2026-02-03T11:05:06+07:00")), "2026-02-03T04:05:06Z");
});

test("times before 1970 have no negative nanoseconds", () => {
  const time = parseTime("1969-12-31T23:59:59.5Z");
  assert.deepEqual(toWire(time), { seconds: "-1", nanos: 500000000 });
  assert.equal(fromWire(toWire(time)), time);
});

test("what is no time is told from what is absent", () => {
  assert.equal(fromWire(null), null);
  assert.equal(fromWire({ seconds: "253402300800", nanos: 0 }), undefined);
  assert.equal(fromWire({ seconds: "0", nanos: -1 }), undefined);
  for (const text of ["", "yesterday", "2026-13-40T00:00:00Z", "2026-02-03", "2026-02-03T04:05:06"]) {
    assert.equal(parseTime(text), undefined, text);
  }
});

test("lengths of time are read as the contract has them", () => {
  for (const [text, ms] of [["90s", 90_000], ["2m30s", 150_000], ["1.5h", 5_400_000], ["250ms", 250], ["0", 0]]) {
    assert.equal(parseDuration(text), ms, text);
  }
  for (const text of ["", "10", "-5s", "ten seconds", "5 s", "s", "1s!", "1e3s"]) {
    assert.equal(parseDuration(text), undefined, text);
  }
  assert.deepEqual(fromMilliseconds(1500), { seconds: "1", nanos: 500000000 });
});
