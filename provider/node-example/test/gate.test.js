import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import test from "node:test";

import { ContractError } from "../src/contract/error.js";
import { Gate } from "../src/contract/gate.js";

const SILENT = { error() {}, debug() {}, hide() {} };
const THB = [{ currency: "THB" }];
const descriptor = {
  operations: ["OPERATION_CREATE_PAYMENT", "OPERATION_GET_STATUS"],
  payment_methods: [{ code: "wallet", currencies: THB }, { code: "phone", currencies: THB, needs_phone: true }],
  create_idempotency: { lookup_by_key: true },
  modes: ["MODE_TEST"],
  config_fields: ["secret_key", "webhook_secrets"].map((name) => ({
    name, kind: "CONFIG_KIND_STRING", required: true, secret: true, description: "a secret",
  })),
};
const SECRETS = { secret_key: "mk_test_x", webhook_secrets: "whsec_12345678" };
const CONFIGURE = { account: "", mode: "MODE_TEST", settings: {}, secrets: SECRETS, probe: false };
const UNKNOWN = { key: "k", first_at: { seconds: "1", nanos: 0 }, last_unknown_at: { seconds: "2", nanos: 0 } };

/** A gate before a provider with these operations, and `call(rpc, request, options)`. */
function gated(operations = {}, { log = SILENT, lifetime = {}, debug = false } = {}) {
  const account = { payment_methods: descriptor.payment_methods };
  const provider = { descriptor, configure: async () => ({ account, ...operations }) };
  const handlers = {};
  const gate = new Gate(provider, Object.assign(lifetime, { during: (run) => run() }), log, { debug });
  gate.register({ addService: (_, served) => Object.assign(handlers, served) });
  const call = (rpc, request, { deadline = Infinity, cancel } = {}) => new Promise((resolve) => {
    const stream = Object.assign(new EventEmitter(), { request, getDeadline: () => deadline, sendMetadata() {} });
    handlers[rpc](stream, (error, message) => resolve({ error, message }));
    if (cancel) cancel(stream);
  });
  return { call, provider };
}

async function configured(operations, options) {
  const made = gated(operations, options);
  assert.equal((await made.call("Configure", CONFIGURE)).error, null);
  return made;
}

function create(changes) {
  return {
    account: "", attempt: { key: "k", first_at: null, last_unknown_at: null }, reference: "r", method: "wallet",
    amount: { currency: "THB", minor_units: "2000" }, return_url: "https://shop.test/", description: "", metadata: {},
    payer: null, webhook_url: "", ...changes,
  };
}

function payer(phone) { return { ip: "", locale: "", platform: "PLATFORM_UNSPECIFIED", phone }; }

/** The texts in the details of an error: reason, domain, outcome's number. */
function told(error) { return error.metadata.get("grpc-status-details-bin")[0].toString("latin1"); }

const NOT_ATTEMPTED = "\u0008\u0001";
const INDETERMINATE = "\u0008\u0003";

test("nothing but Describe and Configure works before Configure", async () => {
  const { call } = gated();
  assert.equal((await call("Describe", { account: "" })).message.descriptor, descriptor);
  const { error } = await call("CreatePayment", create());
  assert.match(told(error), /NOT_CONFIGURED/);
  assert.ok(told(error).endsWith(NOT_ATTEMPTED));
});

test("a configuration that fails leaves the session before it in force", async () => {
  const { call, provider } = await configured({ createPayment: async () => ({ payment: "of the first" }) });
  provider.configure = async () => { throw new ContractError("PROVIDER_AUTH_FAILED", "no"); };
  assert.match(told((await call("Configure", { ...CONFIGURE, probe: true })).error), /PROVIDER_AUTH_FAILED/);
  assert.equal((await call("CreatePayment", create())).message.payment, "of the first");
});

test("a call keeps the session that it began with", async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const { call, provider } = await configured({ createPayment: () => held });
  const waiting = call("CreatePayment", create());
  provider.configure = async () => ({ account: { payment_methods: [] } });
  await call("Configure", CONFIGURE);
  release({ payment: "of the first" });
  assert.equal((await waiting).message.payment, "of the first");
  assert.match(told((await call("CreatePayment", create())).error), /METHOD_NOT_ENABLED/, "the new account has no methods");
});

test("requests that are not legal never reach the provider", async () => {
  const { call } = await configured({ createPayment: () => assert.fail("it was called") });
  const refused = [
    [{ account: "other" }, /CAPABILITY_UNSUPPORTED/],
    [{ attempt: null }, /attempt\.key/],
    [{ attempt: { ...UNKNOWN, first_at: null } }, /attempt\.first_at/, INDETERMINATE],
    [{ reference: "" }, /reference/],
    [{ reference: "é".repeat(128) }, /reference/],
    [{ amount: null }, /amount\.currency/],
    [{ amount: { currency: "THB", minor_units: "0" } }, /AMOUNT_OUT_OF_RANGE/],
    [{ amount: { currency: "THB", minor_units: "-9223372036854775808" } }, /AMOUNT_OUT_OF_RANGE/],
    [{ amount: { currency: "USD", minor_units: "2000" } }, /CURRENCY_UNSUPPORTED/],
    [{ amount: { currency: "THB", minor_units: "2000", exponent: 0 } }, /CURRENCY_EXPONENT_MISMATCH/],
    [{ method: "cash" }, /METHOD_UNSUPPORTED/],
    [{ return_url: "shop.test" }, /return_url/],
    [{ return_url: "https:\\\\shop.test" }, /return_url/],
    [{ return_url: "https://user@shop.test/" }, /return_url/],
    [{ return_url: "https://shop.test/a b" }, /return_url.*percent-encode/],
    [{ return_url: "https://ร้าน.test/" }, /return_url.*punycode/],
    [{ return_url: "https://shop.test/ร้าน" }, /return_url.*percent-encode/],
    [{ return_url: "https://shop.test/?off=10%" }, /return_url.*percent-encode/],
    [{ return_url: "https://shop.test:65536/" }, /return_url/],
    [{ return_url: "https://shop.test/a\\b" }, /return_url/],
    [{ amount: { currency: "HRK", minor_units: "2000" } }, /amount.currency.*retired/],
    [{ metadata: { paysocket_key: "x" } }, /metadata\[paysocket_key\]/],
    [{ method: "" }, /INVALID_REQUEST/],
    [{ payer: { ip: "300.1.1.1", locale: "", platform: "PLATFORM_WEB", phone: "" } }, /payer\.ip/],
    [{ payer: { ip: "", locale: "", platform: 77, phone: "" } }, /payer\.platform/],
    [{ payer: payer("0812345678") }, /payer\.phone/],
    [{ payer: payer("+66 81 234 5678") }, /payer\.phone/],
    [{ method: "phone" }, /payer\.phone/],
    [{ method: "phone", payer: payer("") }, /payer\.phone/],
    [{ webhook_url: "https://shop.test/" }, /webhook_url/],
  ];
  for (const [changes, expected, outcome = NOT_ATTEMPTED] of refused) {
    const { error } = await call("CreatePayment", create(changes));
    assert.match(told(error), expected, JSON.stringify(changes));
    assert.ok(told(error).endsWith(outcome), JSON.stringify(changes));
  }
});

test("a method that needs the payer's phone gets it", async () => {
  const { call } = await configured({ createPayment: async (request) => ({ payment: request.payer.phone }) });
  const { message } = await call("CreatePayment", create({ method: "phone", payer: payer("+66812345678") }));
  assert.equal(message.payment, "+66812345678");
});

test("while an earlier call's fate is open, no refusal is certain", async () => {
  const { call } = await configured({});
  const { error } = await call("CreatePayment", create({ attempt: UNKNOWN, reference: "" }));
  assert.ok(told(error).endsWith(INDETERMINATE));
});

test("a call whose deadline has passed, or that was canceled, is not begun", async () => {
  const { call } = await configured({ createPayment: () => assert.fail("it was called") });
  const late = await call("CreatePayment", create(), { deadline: Date.now() });
  assert.match(told(late.error), /DEADLINE_TOO_SHORT/);
  assert.equal(late.error.code, 4);
});

test("a call is told when its caller cancels it", async () => {
  const { call } = await configured({
    getStatus: (request, context) => new Promise((resolve, reject) => {
      const end = () => reject(new ContractError("CONNECTION_LOST", `canceled: ${context.canceled}`));
      context.signal.addEventListener("abort", end);
    }),
  });
  const request = { account: "", by: "payment_id", payment_id: "p" };
  const { error } = await call("GetStatus", request, { cancel: (stream) => stream.emit("cancelled") });
  assert.equal(error.details, "canceled: true");
});

test("what a provider throws by mistake is PROVIDER_BUG, and its text is told to nobody", async () => {
  const lines = [];
  const log = { ...SILENT, error: (message, fields) => lines.push(JSON.stringify({ message, fields })) };
  for (const createPayment of [
    () => { throw new TypeError("mk_test_secret"); },
    async () => { throw "mk_test_secret"; },
    async () => undefined.x,
  ]) {
    const { call } = await configured({ createPayment }, { log });
    const { error } = await call("CreatePayment", create());
    assert.match(told(error), /PROVIDER_BUG/);
    assert.ok(told(error).endsWith(INDETERMINATE));
    assert.doesNotMatch(told(error) + error.details, /mk_test_secret/);
  }
  assert.equal(lines.length, 3);
  assert.doesNotMatch(lines.join(), /mk_test_secret/);
});

test("calls that come when the end has begun were not attempted", async () => {
  const lifetime = { ending: false };
  const { call } = await configured({}, { lifetime });
  lifetime.ending = true;
  const { error } = await call("CreatePayment", create());
  assert.match(told(error), /PROVIDER_UNREACHABLE/);
  assert.ok(told(error).endsWith(NOT_ATTEMPTED));
});

test("errors of reads carry no outcome", async () => {
  const { call } = await configured({ getStatus: async () => { throw new ContractError("PAYMENT_NOT_FOUND", "no"); } });
  const { error } = await call("GetStatus", { account: "", by: "payment_id", payment_id: "p" });
  assert.doesNotMatch(told(error), /OperationOutcome/);
});

test("with debug live mode is refused", async () => {
  const { call, provider } = gated({}, { debug: true });
  provider.descriptor = { ...descriptor, modes: ["MODE_TEST", "MODE_LIVE"] };
  const { error } = await call("Configure", { ...CONFIGURE, mode: "MODE_LIVE" });
  assert.match(told(error), /INVALID_CONFIG.*mode/s);
});
