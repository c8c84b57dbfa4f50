import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import test from "node:test";

import { makeCertificate } from "../src/plugin/certificate.js";
import { handshakeLine } from "../src/plugin/handshake.js";

test("a certificate signs itself, for localhost, and never twice the same", () => {
  const made = makeCertificate();
  const certificate = new X509Certificate(made.certificate);
  assert.deepEqual(certificate.raw, made.der);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.checkHost("localhost"), "localhost");
  assert.equal(certificate.checkHost("example.com"), undefined);
  assert.ok(new Date(certificate.validFrom) < new Date() && new Date() < new Date(certificate.validTo));
  assert.notEqual(certificate.serialNumber, new X509Certificate(makeCertificate().der).serialNumber);
});

test("the handshake is one line, with the certificate in base64 without padding", () => {
  const { der } = makeCertificate();
  const line = handshakeLine("/run/x/socket", der);
  assert.match(line, /^1\|1\|unix\|\/run\/x\/socket\|grpc\|[A-Za-z0-9+/]+\n$/);
  assert.deepEqual(Buffer.from(line.trim().split("|")[5], "base64"), der);
  assert.equal(handshakeLine("/run/x/socket", null), "1|1|unix|/run/x/socket|grpc|\n");
});
