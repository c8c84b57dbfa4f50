// Verifies webhooks. The header is "t=1770091506,v1=5257a8...": the time of
// sending, and the HMAC-SHA256 of that time, a dot and the body.

import { createHmac, timingSafeEqual } from "node:crypto";

import { ContractError } from "./contract/error.js";
import { fromWire } from "./contract/time.js";

const HEADER = "Memory-Signature";
const MAX_SIGNATURES = 8; // bounds the work that an unsigned request can cause

/**
 * Throws unless the ParseWebhookRequest was signed with one of the secrets, at
 * about the time that it arrived. Every signature is tried with every secret:
 * while a secret is being replaced, either side may have the new one first.
 */
export function verify({ webhookSecrets, webhookTolerance }, request) {
  const { at, signatures } = split(partsOf(request));
  const genuine = webhookSecrets.map((secret) => sign(secret, at, request.body))
    .flatMap((expected) => signatures.map((signature) => equal(expected, signature)))
    .includes(true);
  if (!genuine) throw invalid("no signature was made with one of webhook_secrets; check them if this goes on");
  // The time is trusted only now, since it is part of what was signed.
  const age = fromWire(request.received_at) - BigInt(at) * 1_000_000_000n;
  const tolerance = BigInt(Math.trunc(webhookTolerance)) * 1_000_000n;
  if (age > tolerance || age < -tolerance) {
    throw new ContractError("WEBHOOK_SIGNATURE_STALE",
      "the signature was made too long before or after the request arrived; check the host's clock if this goes on");
  }
}

/**
 * Returns the items of the header, a list as HTTP has it: its lines are one list, and
 * white space around items and empty items have no meaning.
 */
function partsOf(request) {
  const parts = request.headers
    .filter((header) => header.name.toLowerCase() === HEADER.toLowerCase())
    .flatMap((header) => header.value.toString("latin1").split(","))
    .map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((part) => part !== "");
  if (parts.length === 0) throw new ContractError("WEBHOOK_SIGNATURE_MISSING", `the request has no ${HEADER} header`);
  return parts;
}

/** Sorts the parts. Those with other names are ignored: later versions of the gateway may add some. */
function split(parts) {
  const all = (name) => parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const times = all("t");
  const signatures = all("v1");
  if (signatures.length > MAX_SIGNATURES || times.length !== 1 || !/^[0-9]{1,11}$/.test(times[0]) || signatures.length === 0) {
    throw invalid(`${HEADER} is not of the form t=...,v1=...`);
  }
  return { at: times[0], signatures };
}

function sign(secret, at, body) { return createHmac("sha256", secret).update(`${at}.`).update(body).digest("hex"); }

function equal(expected, given) {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function invalid(message) { return new ContractError("WEBHOOK_SIGNATURE_INVALID", message); }
