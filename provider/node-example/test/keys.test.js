import assert from "node:assert/strict";
import test from "node:test";

import { ContractError } from "../src/contract/error.js";
import { Keys } from "../src/keys.js";

const SECOND = 1_000_000_000n;
const NEVER = { first_at: null, last_unknown_at: null };
const made = (answer) => answer.id;

/** Keys with a clock at 1000 s, and calls as `A` or another account makes them. */
function keysAt(options) {
  const time = { now: 1000n * SECOND };
  const keys = new Keys({ clock: () => time.now, ...options });
  const request = { attempt: { key: "k", ...NEVER } };
  return {
    keys, time,
    use: (credentials, call, name = "k") => keys.use({ name, object: "payment_id", credentials, settle: 30_000, made }, request, call),
    lookUp: (credentials, call) => keys.lookUp({ name: "k", credentials }, { attempt: { key: "k", ...NEVER } }, call ?? absent),
  };
}

async function absent({ attempt }) {
  throw new ContractError("PAYMENT_NOT_FOUND", "x", { metadata: { complete: "true", settled: String(!attempt.last_unknown_at) } });
}

const fails = (reason, outcome) => async () => { throw new ContractError(reason, "x", { outcome }); };
const rejects = (call, reason, outcome) => assert.rejects(call, (error) => error.reason === reason && error.outcome === outcome);
const settledOf = (call) => call.then(assert.fail, (error) => error.metadata.settled);

test("a key that is in use in one account is refused in another, and not absent", async () => {
  const { use, lookUp } = keysAt();
  let release;
  const held = use("A", () => new Promise((resolve) => { release = resolve; }));
  await rejects(use("B", assert.fail), "ATTEMPT_UNSETTLED", "INDETERMINATE");
  assert.equal(await settledOf(lookUp("A")), "false");
  assert.equal(await settledOf(lookUp("B")), "false");
  release({ id: "pay_1" });
  assert.equal((await held).id, "pay_1");
  await use("B", assert.fail).then(assert.fail, (error) => {
    assert.deepEqual([error.reason, error.outcome, error.metadata], ["ATTEMPT_UNSETTLED", "INDETERMINATE", { payment_id: "pay_1" }]);
  });
  assert.equal(await settledOf(lookUp("B")), "false");
  await rejects(use("A", fails("PROVIDER_RATE_LIMITED")), "PROVIDER_RATE_LIMITED", "INDETERMINATE");
});

test("credentials of one account are one account once a probe says so", async () => {
  const { keys, use } = keysAt();
  await use("A", async () => ({ id: "pay_1" }));
  keys.found("A", "base", "acct_1");
  keys.found("B", "base", "acct_1");
  keys.found("C", "base", "acct_2");
  keys.found("D", "elsewhere", "acct_1");
  assert.equal((await use("B", async () => ({ id: "pay_1" }))).id, "pay_1");
  await rejects(use("C", assert.fail), "ATTEMPT_UNSETTLED", "INDETERMINATE");
  await rejects(use("D", assert.fail), "ATTEMPT_UNSETTLED", "INDETERMINATE");
});

test("a refusal and a proof of absence release a key", async () => {
  const { keys, use, lookUp, time } = keysAt();
  await rejects(use("A", fails("PROVIDER_REJECTED")), "PROVIDER_REJECTED", "REJECTED");
  await rejects(use("B", fails("PROVIDER_TIMEOUT")), "PROVIDER_TIMEOUT", "INDETERMINATE");
  await rejects(use("A", assert.fail), "ATTEMPT_UNSETTLED", "INDETERMINATE");
  assert.equal(await settledOf(lookUp("B")), "false");
  time.now += 31n * SECOND;
  await keys.lookUp({ name: "k", credentials: "B" }, { attempt: { key: "k", ...NEVER } }, async ({ attempt }) => {
    assert.equal(attempt.last_unknown_at.seconds, "1000");
    throw new ContractError("PAYMENT_NOT_FOUND", "x", { metadata: { complete: "true", settled: "true" } });
  }).then(assert.fail, () => {});
  assert.equal((await use("A", async () => ({ id: "pay_1" }))).id, "pay_1");
});

test("memory is bounded, and what may still happen is not forgotten", async () => {
  const { use, time } = keysAt({ limit: 2 });
  await use("A", async () => ({ id: "pay_1" }), "one");
  await rejects(use("A", fails("CONNECTION_LOST"), "two"), "CONNECTION_LOST", "INDETERMINATE");
  await rejects(use("A", fails("CONNECTION_LOST"), "three"), "CONNECTION_LOST", "INDETERMINATE");
  await use("B", async () => ({ id: "pay_2" }), "one").then(assert.fail, (error) => {
    assert.deepEqual([error.reason, error.outcome, error.retryAfter], ["PROVIDER_UNREACHABLE", "NOT_ATTEMPTED", 1000]);
  });
  time.now += 30n * SECOND;
  assert.equal((await use("B", async () => ({ id: "pay_2" }), "one")).id, "pay_2");
});

test("a call that is uncertain only because of earlier ones binds a key to no account", async () => {
  const { use } = keysAt();
  const earlier = () => { throw new ContractError("PROVIDER_AUTH_FAILED", "x").forAttempt({ last_unknown_at: { seconds: "1", nanos: 0 } }); };
  await rejects(use("A", async () => earlier()), "PROVIDER_AUTH_FAILED", "INDETERMINATE");
  assert.equal((await use("B", async () => ({ id: "pay_1" }))).id, "pay_1");
});

test("the key of a refund is released where there is not even the payment", async () => {
  const { keys, time } = keysAt();
  const request = { attempt: { key: "k", ...NEVER } };
  const of = (credentials) => ({ name: "refund pay_1 k", object: "refund_id", credentials, settle: 30_000, made });
  const missing = async () => { throw new ContractError("PAYMENT_NOT_FOUND", "x"); };
  await rejects(keys.use(of("A"), request, fails("CONNECTION_LOST")), "CONNECTION_LOST", "INDETERMINATE");
  await assert.rejects(keys.lookUp(of("A"), request, missing));
  await rejects(keys.use(of("B"), request, assert.fail), "ATTEMPT_UNSETTLED", "INDETERMINATE");
  time.now += 30n * SECOND;
  await assert.rejects(keys.lookUp(of("A"), request, missing));
  assert.equal((await keys.use(of("B"), request, async () => ({ id: "r_1" }))).id, "r_1");
});
