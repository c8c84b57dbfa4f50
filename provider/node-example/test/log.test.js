import assert from "node:assert/strict";
import test from "node:test";

import { describeBug, levelOf, makeLogger } from "../src/plugin/log.js";

function logged(level, write) {
  const lines = [];
  write(makeLogger((line) => lines.push(line), level));
  return lines.map((line) => JSON.parse(line));
}

test("a line has the three names that a host reads, as strings", () => {
  const [line] = logged("info", (log) => log.warn("careful", { order: 7 }));
  assert.equal(line["@level"], "warn");
  assert.equal(line["@message"], "careful");
  assert.match(line["@timestamp"], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.equal(line.order, 7);
});

test("the host chooses the least level", () => {
  assert.equal(levelOf({ PAYSOCKET_LOG_LEVEL: "DEBUG" }), "debug");
  assert.equal(levelOf({ PAYSOCKET_LOG_LEVEL: "loud" }), "info");
  assert.equal(levelOf({}), "info");
  assert.deepEqual(logged("warn", (log) => { log.info("a"); log.error("b"); }).map((line) => line["@message"]), ["b"]);
});

test("a line that would be cut is not written", () => {
  const [line] = logged("info", (log) => log.info("long", { text: "é".repeat(40_000) }));
  assert.equal(line["@message"], "a log line was dropped: it was too long");
});

test("of a bug the text is not told", () => {
  const bug = describeBug(new TypeError("the key is mk_test_secret"));
  assert.equal(bug.type, "TypeError");
  assert.match(bug.stack, /log\.test\.js/);
  assert.doesNotMatch(JSON.stringify(bug), /mk_test_secret/);
  assert.equal(describeBug("just a text").type, "String");
});

test("secrets are redacted in every form", () => {
  const secret = 'sk/"hidden"+1?';
  const [line] = logged("info", (log) => {
    log.hide([secret, "abc"]);
    log.info(`key ${secret}`, { url: "https://x/?k=sk%2F%22hidden%22%2B1%3F", header: "c2svImhpZGRlbiIrMT8=", other: "abc" });
  });
  assert.equal(line["@message"], "key [redacted]");
  assert.equal(line.url, "https://x/?k=[redacted]");
  assert.equal(line.header, "[redacted]=");
  assert.equal(line.other, "abc");
});
