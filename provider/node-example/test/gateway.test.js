import assert from "node:assert/strict";
import test from "node:test";

import { Gateway } from "../src/gateway.js";

test("an operator's authorities that cannot be read are an error at once", () => {
  for (const file of ["/nowhere.pem", new URL(import.meta.url).pathname]) {
    assert.throws(() => new Gateway({ apiBase: "https://gateway.test" }, { SSL_CERT_FILE: file }),
      { reason: "PROVIDER_UNREACHABLE", message: /SSL_CERT_FILE/ }, file);
  }
});
