// Makes a self-signed certificate for one connection. The host makes another for
// every plugin that it starts, and each end trusts only the certificate of the
// other. Node.js can read certificates but not make them, so this file writes the
// DER.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const HOST_NAME = "localhost"; // the name that the host verifies
const DAY = 24 * 60 * 60 * 1000;

/** Returns a key and a self-signed certificate: `{ key: PEM, certificate: PEM, der: Buffer }`. */
export function makeCertificate(now = new Date()) {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = pair.publicKey.export({ type: "spki", format: "der" });
  const toSign = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    NAME,
    sequence(time(new Date(now.getTime() - DAY)), time(new Date(now.getTime() + 3650 * DAY))),
    NAME,
    publicKey,
    tagged(0xa3, sequence(ALTERNATIVE_NAME)), // a host needs no other extension
  );
  const der = sequence(toSign, ECDSA_WITH_SHA256, bits(sign("sha256", toSign, pair.privateKey)));
  return { key: pair.privateKey.export({ type: "pkcs8", format: "pem" }), certificate: pem(der), der };
}

function pem(der) {
  const lines = der.toString("base64").match(/.{1,64}/g).join("\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

// DER: a tag, a length, the content.

function tagged(tag, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(size) {
  if (size < 0x80) return Buffer.from([size]);
  if (size < 0x100) return Buffer.from([0x81, size]);
  return Buffer.from([0x82, size >> 8, size & 0xff]);
}

function sequence(...parts) { return tagged(0x30, ...parts); }
function integer(bytes) { return tagged(0x02, bytes); }
function octets(...parts) { return tagged(0x04, ...parts); }
function identifier(...bytes) { return tagged(0x06, Buffer.from(bytes)); }
function bits(bytes) { return tagged(0x03, Buffer.from([0]), bytes); }

function time(date) { // GeneralizedTime, to the second
  return tagged(0x18, Buffer.from(date.toISOString().replace(/[-:T]/g, "").replace(/\.\d+Z$/, "Z")));
}

function serialNumber() {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x7f) | 0x40; // positive, without a leading zero
  return bytes;
}

const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const NAME = sequence(tagged(0x31, sequence(identifier(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(HOST_NAME)))));
const ALTERNATIVE_NAME = sequence(identifier(0x55, 0x1d, 0x11), octets(sequence(tagged(0x82, Buffer.from(HOST_NAME)))));
