import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";

import { ContractError } from "../src/contract/error.js";
import { getRefund } from "../src/get_refund.js";
import { getStatus } from "../src/get_status.js";
import { listPayments } from "../src/list_payments.js";
import { LIST, readWithOwners } from "../src/owner.js";
import { parseWebhook } from "../src/parse_webhook.js";

const SETTINGS = { webhookSecrets: ["whsec_12345678"], webhookTolerance: 300_000 };
const AT = "1770091506";
const DEEP = `${"[".repeat(500)}${"]".repeat(500)}`;

/** What others made, with content that would not be accepted of the host's own. */
function strangers() {
  const shown = {
    id: "pay_stranger", object: "payment", live: false, amount: 2000, currency: "THB", amount_refunded: 0, method: "wallet",
    status: "succeeded", created_at: "2026-02-03T04:05:06Z", updated_at: "2026-02-03T04:05:06Z", paid_at: "2026-02-03T04:05:06Z",
  };
  const odd = {};
  for (const name of Object.keys(shown)) {
    for (const value of [null, 7, -1, 1.5, "x", "", true, [], {}, "\u0000", "é".repeat(3000)]) {
      odd[`${name}: ${JSON.stringify(value).slice(0, 20)}`] = JSON.stringify({ ...shown, [name]: value });
    }
  }
  const plain = JSON.stringify(shown).slice(0, -1);
  return {
    ...odd, nothing: "{}", "a key that is null": `${plain},"idempotency_key":null}`, "too deep": `${plain},"x":${DEEP}}`,
    "a name twice within": `${plain},"metadata":{"a":"1","a":"2"}}`, "half an emoji": `${plain},"reference":"\\ud83c"}`,
    "many digits": `${plain},"x":${"9".repeat(400)}}`,
  };
}

/** What may be anybody's. */
const DOUBTFUL = { null: "null", "a number": "7", "a text": '"pay_1"', "a list": "[{}]", "a key in a number": '{"id":"pay_stranger","idempotency_key":7}' };

const OURS = {
  id: "pay_ours", object: "payment", live: false, idempotency_key: "k1", amount: 2000, currency: "THB", amount_refunded: 0, method: "wallet",
  status: "succeeded", created_at: "2026-02-03T04:05:06Z", updated_at: "2026-02-03T04:05:06Z", paid_at: "2026-02-03T04:05:06Z", reference: "order-77",
};
const REFUND = {
  id: "ref_ours", object: "refund", live: false, payment_id: "pay_ours", idempotency_key: "r1", amount: 5, currency: "THB",
  status: "succeeded", created_at: "2026-02-03T04:05:06Z",
};

/** A gateway whose every answer is `text`; "" for a payment that it does not have. */
function gateway(text) {
  return {
    send: async ({ judged }) => {
      if (text === "") throw new ContractError("PAYMENT_NOT_FOUND", "there is no such payment");
      const { value: body, flawed } = readWithOwners(Buffer.from(text), judged ?? LIST);
      return { body, flawed };
    },
  };
}

function webhook(body, answer = "") {
  const signature = createHmac("sha256", SETTINGS.webhookSecrets[0]).update(`${AT}.`).update(body).digest("hex");
  return parseWebhook(gateway(answer), SETTINGS, {
    headers: [{ name: "Memory-Signature", value: Buffer.from(`t=${AT},v2=QQ==,x, v1=${signature}`) }], body, received_at: { seconds: AT, nanos: 0 },
  }, {});
}

function event(type, data) {
  return Buffer.from(`{"id":"evt_1","object":"event","type":"${type}","live":false,"created_at":"2026-02-03T04:05:06Z","data":${data}}`);
}

const CONTEXT = { deadline: Infinity, signal: new AbortController().signal };
const attempt = (key) => ({ key, first_at: { seconds: AT, nanos: 0 }, last_unknown_at: null });
const window = { created_from: { seconds: "1", nanos: 0 }, created_until: { seconds: "1900000000", nanos: 0 }, page_size: 0, page_token: "" };

test("an event about what others made is not judged", async () => {
  for (const [name, object] of Object.entries({ ...strangers(), ...DOUBTFUL })) {
    for (const type of ["payment.updated", "refund.updated"]) {
      const result = await webhook(event(type, object)).catch((error) => assert.fail(`${type}, ${name}: ${error.message}`));
      assert.equal(result.disposition, "DISPOSITION_IGNORED", `${type}, ${name}`);
    }
  }
});

test("a list has the host's payments beside those of others", async () => {
  for (const [name, object] of Object.entries({ ...strangers(), ...DOUBTFUL })) {
    const page = await listPayments(gateway(`{"payments":[${object},${JSON.stringify(OURS)}]}`), window, CONTEXT)
      .catch((error) => assert.fail(`${name}: ${error.message}`));
    assert.ok(page.payments.some((payment) => payment.payment_id === "pay_ours"), name);
  }
});

test("a look-up finds a key beside what others made, and proves nothing then", async () => {
  const absent = async (call, name) => {
    const error = await call.then(() => assert.fail(name), (thrown) => thrown);
    assert.match(error.reason ?? error.message, /NOT_FOUND$/, name);
    assert.equal(error.metadata.complete, "false", name);
  };
  for (const [name, object] of Object.entries({ ...strangers(), ...DOUBTFUL })) {
    const payments = gateway(`{"payments":[${object},${JSON.stringify(OURS)}]}`);
    const { payment } = await getStatus(payments, { by: "attempt", attempt: attempt("k1") }, CONTEXT);
    assert.equal(payment.payment_id, "pay_ours", name);
    await absent(getStatus(gateway(`{"payments":[${object}]}`), { by: "attempt", attempt: attempt("k1") }, CONTEXT), name);
    const request = { by: "attempt", payment_id: "pay_ours", attempt: attempt("r1") };
    const { refund } = await getRefund(gateway(`{"refunds":[${object},${JSON.stringify(REFUND)}]}`), request, CONTEXT);
    assert.equal(refund.refund_id, "ref_ours", name);
    await absent(getRefund(gateway(`{"refunds":[${object}]}`), request, CONTEXT), name);
  }
});

test("texts for people never decide about money", async () => {
  const odd = ["null", "7", "[]", "{}", '""', '"a\\u0000b"', '"\\ud83c"', `"${"ก".repeat(4000)}"`, '"\ufffd"', '"<b>"'];
  for (const text of odd) {
    const shown = JSON.stringify(OURS).replace('"order-77"', `${text},"description":${text},"failure_message":${text}`);
    const { payment } = await getStatus(gateway(shown), { by: "payment_id", payment_id: "pay_ours" }, CONTEXT);
    assert.equal(payment.status, "PAYMENT_STATUS_SUCCEEDED", text);
    assert.equal(payment.reference, text === '"<b>"' ? "<b>" : "", text);
    const result = await webhook(event("payment.updated", shown));
    assert.equal(result.events[0].payment.status, "PAYMENT_STATUS_SUCCEEDED", text);
  }
});
