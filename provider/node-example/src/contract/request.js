// The checks of requests. Each adds what it finds to a Violations.

import { isIP } from "node:net";

import { exponentOf, isRetired, minorUnitsOf } from "./money.js";
import { fromWire } from "./time.js";
import { secureURLProblem, webURLProblem } from "./violations.js";

const MAX_TEXT = 255;
const MAX_METADATA = { pairs: 20, key: 40, value: 255 };
const MAX_WEBHOOK_BODY = 256 << 10;
const RESERVED = ["paysocket_key", "paysocket_reference"];
const PHONE = /^\+[1-9][0-9]{6,14}$/; // of E.164
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/; // of RFC 9110

/** The check of each operation, a function of `(violations, request)`. */
export const requestChecks = {
  CREATE_PAYMENT(v, r) {
    attempt(v, r.attempt, false);
    v.require(r.reference !== "", "reference", "is empty");
    v.text("reference", r.reference, MAX_TEXT);
    amount(v, r.amount);
    v.require(!isRetired(r.amount?.currency), "amount.currency", "is a currency that ISO 4217 has retired", "CURRENCY_UNSUPPORTED");
    v.require(r.method !== "", "method", "is empty");
    v.text("method", r.method, MAX_TEXT);
    v.sentURL("return_url", r.return_url);
    v.text("description", r.description, MAX_TEXT);
    metadata(v, r.metadata);
    if (r.payer) payer(v, r.payer);
    if (r.webhook_url !== "") webhookURL(v, r.webhook_url);
  },
  GET_STATUS(v, r) { named(v, r, "payment_id"); },
  CANCEL_PAYMENT(v, r) { v.id("payment_id", r.payment_id); },
  REFUND(v, r) {
    attempt(v, r.attempt, false);
    v.id("payment_id", r.payment_id);
    amount(v, r.amount);
    v.text("reason", r.reason, MAX_TEXT);
    metadata(v, r.metadata);
  },
  GET_REFUND(v, r) {
    v.id("payment_id", r.payment_id);
    named(v, r, "refund_id");
  },
  LIST_PAYMENTS(v, r) {
    const from = time(v, "created_from", r.created_from);
    const until = time(v, "created_until", r.created_until);
    v.require(from !== null, "created_from", "is absent");
    v.require(until !== null, "created_until", "is absent");
    if (from && until) v.require(from < until, "created_until", "is not after created_from");
    v.require(r.page_size >= 0 && r.page_size <= 100, "page_size", "is not between 0 and 100");
    v.text("page_token", r.page_token, 2048);
  },
  PARSE_WEBHOOK(v, r) {
    v.require(r.method !== "", "method", "is empty");
    v.require(r.headers.every((header) => TOKEN.test(header.name)), "headers", "have a name that is not an HTTP field name");
    v.require(r.body.length <= MAX_WEBHOOK_BODY, "body", `is longer than ${MAX_WEBHOOK_BODY} bytes`);
    v.require(time(v, "received_at", r.received_at) !== null, "received_at", "is absent");
  },
};

/** Checks an attempt. A look-up by key needs first_at. */
function attempt(v, given, lookup) {
  v.key("attempt.key", given?.key ?? "");
  const first = time(v, "attempt.first_at", given?.first_at);
  const unknown = time(v, "attempt.last_unknown_at", given?.last_unknown_at);
  v.require(!lookup || first !== null, "attempt.first_at", "must be set to look something up by its key");
  v.require(unknown === null || first !== null, "attempt.first_at", "must be set when last_unknown_at is");
  if (first && unknown) v.require(unknown >= first, "attempt.last_unknown_at", "is before first_at");
}

/** Checks that the request has either the id or an attempt. */
function named(v, request, idField) {
  if (request.by === idField) v.id(idField, request[idField]);
  else if (request.by === "attempt") attempt(v, request.attempt, true);
  else v.require(false, "by", `exactly one of ${idField} and attempt must be set`);
}

function amount(v, money) {
  const currency = money?.currency ?? "";
  const minorUnits = minorUnitsOf(money);
  v.currency("amount.currency", currency, "CURRENCY_UNSUPPORTED");
  v.require(minorUnits > 0n, "amount.minor_units", `is ${minorUnits}; it must be more than 0`, "AMOUNT_OUT_OF_RANGE");
  const expected = exponentOf(currency);
  const given = money?.exponent ?? expected; // an absent one is not checked
  v.require(given === expected, "amount.exponent",
    `is ${given} for ${currency}, but ISO 4217 has ${expected}; update the side that is older`, "CURRENCY_EXPONENT_MISMATCH");
}

function metadata(v, pairs) {
  const names = Object.keys(pairs);
  v.require(names.length <= MAX_METADATA.pairs, "metadata", `has more than ${MAX_METADATA.pairs} pairs`);
  for (const name of names) {
    const field = `metadata[${name}]`;
    v.require(name !== "", field, "has no key");
    v.require(!RESERVED.includes(name), field, "is a reserved key");
    v.text(field, name, MAX_METADATA.key);
    v.text(field, pairs[name], MAX_METADATA.value);
  }
}

function payer(v, given) {
  v.require(given.ip === "" || isIP(given.ip) !== 0, "payer.ip", "is not an IP address");
  v.text("payer.locale", given.locale, 35); // the length that RFC 5646 recommends
  v.require(given.phone === "" || PHONE.test(given.phone), "payer.phone",
    "is not a phone number in the form of E.164: + and 7 to 15 digits with the country's code first, such as +66812345678");
  // A value that this version does not know arrives as a number.
  v.require(typeof given.platform === "string", "payer.platform", "is not a known platform");
}

function webhookURL(v, value) {
  v.sentURL("webhook_url", value);
  if (webURLProblem(value) !== null) return; // said by sentURL
  const problem = secureURLProblem(value);
  v.require(problem === null, "webhook_url", problem);
}

function time(v, field, timestamp) {
  const read = fromWire(timestamp ?? null);
  v.require(read !== undefined, field, "is not a time");
  return read ?? null;
}
