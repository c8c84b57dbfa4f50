import assert from "node:assert/strict";
import test from "node:test";

import { malformed } from "../src/malformed.js";
import { EVENT, isHosts, LIST, readWithOwners, translateListed } from "../src/owner.js";
import { verify } from "../src/signature.js";

const read = (text, judged) => readWithOwners(Buffer.from(text), judged);

test("the host made what has a key of its own", () => {
  for (const [object, want] of [
    [{ idempotency_key: "k" }, true], [{}, false], [{ idempotency_key: null }, false], [{ idempotency_key: "" }, false],
    [{ idempotency_key: 7n }, undefined], [null, undefined], [[], undefined], ["k", undefined], [undefined, undefined],
  ]) assert.equal(isHosts(object), want);
});

test("one stranger does not hide the others", () => {
  const translate = ({ id, odd }) => {
    if (odd) throw malformed("it is odd");
    return id;
  };
  const list = (...elements) => {
    const { value, flawed } = read(`{"list":[${elements.join(",")}]}`, LIST);
    return translateListed(value.list, flawed, translate);
  };
  const ours = '{"id":"pay_1","idempotency_key":"k"}';
  assert.deepEqual(list(ours, '{"id":"pay_2","odd":true}'), { translated: ["pay_1"], complete: true });
  assert.deepEqual(list('{"id":"pay_2","x":{"a":1,"a":2}}', ours), { translated: ["pay_1"], complete: true });
  assert.deepEqual(list('{"id":"pay_2","odd":true,"idempotency_key":7}', ours), { translated: ["pay_1"], complete: false });
  assert.throws(() => list(ours, '{"id":"pay_2","odd":true,"idempotency_key":"k"}'), { reason: "MALFORMED_RESPONSE" });
  assert.throws(() => list(ours, '{"id":"pay_2","idempotency_key":"k","x":{"a":1,"a":2}}'), { reason: "MALFORMED_RESPONSE" });
});

test("an event's object is judged only if it is the host's", () => {
  const { value, flawed } = read('{"type":"t","data":{"x":{"a":1,"a":2}}}', EVENT);
  assert.equal(isHosts(value.data), false);
  assert.ok(flawed.has(value.data));
  assert.throws(() => read('{"type":"t","data":{"a":1,"a":2}}', EVENT), /twice/);
});

test("a signature's header is a list as HTTP has it", () => {
  const settings = { webhookSecrets: ["whsec"], webhookTolerance: 1000 };
  const received = { seconds: "1770091506", nanos: 0 };
  const body = Buffer.from("{}");
  const good = "fbd1fda9eb7b3fd1a0d0ea5e5a4c0c5c"; // of another length, so that no secret fits
  const reason = (...values) => {
    try {
      verify(settings, { headers: values.map((value) => ({ name: "memory-signature", value: Buffer.from(value) })), body, received_at: received });
    } catch (error) {
      return error.message;
    }
    return "";
  };
  const unsigned = /no signature was made/; // the form was accepted
  for (const values of [
    [`t=1770091506,v1=${good}`], [` t=1770091506 ,\tv1=${good} `], [`,t=1770091506,,v1=${good},`], ["t=1770091506", `v1=${good}`],
  ]) assert.match(reason(...values), unsigned);
  for (const values of [[`t=1770091506,t=1770091506,v1=${good}`], ["t=1770091506", "t=1770091506", `v1=${good}`], [`v1=${good}`], ["t=1770091506"]]) {
    assert.match(reason(...values), /is not of the form/);
  }
  for (const values of [[], [""], [" , "]]) assert.match(reason(...values), /has no/);
});
