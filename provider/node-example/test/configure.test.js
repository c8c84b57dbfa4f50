import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";

import { configure } from "../src/configure.js";

/** Configures with a probe of an account that has `methods`. */
async function probed(methods) {
  const gateway = http.createServer((_, answer) => answer.setHeader("Content-Type", "application/json")
    .end(JSON.stringify({ object: "account", id: "acct_1", live: false, country: "TH", methods })));
  await new Promise((listening) => gateway.listen(0, "127.0.0.1", listening));
  try {
    const { account } = await configure({
      mode: "MODE_TEST", probe: true, settings: { api_base: `http://127.0.0.1:${gateway.address().port}` },
      secrets: { secret_key: "mk_test_12345678", webhook_secrets: "whsec_12345678" },
    }, { signal: new AbortController().signal, deadline: Date.now() + 5000, log: { debug() {} } });
    return account.payment_methods.map(({ code, currencies }) => `${code} ${currencies.map(({ currency }) => currency)}`);
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
}

test("a probe leaves out what the descriptor lacks, and a method that has nothing left", async () => {
  assert.deepEqual(await probed([
    { method: "wallet", limits: [{ currency: "SGD" }, { currency: "THB" }] },
    { method: "qr", limits: [{ currency: "SGD" }] },
    { method: "card", limits: [] },
  ]), ["wallet THB"]);
});
