// Which answers are believed: one that breaks the contract is an error, and one that is
// not of the record changes nothing.

import { AnswerError } from "./errors.js";

const STATUSES = ["PENDING", "SUCCEEDED", "FAILED", "EXPIRED", "CANCELED", "UNKNOWN"];
const ID = /^[^\s\p{Cc}]{1,255}$/u;
const MAX_URL = 2048;

/** Returns { id, status, link, insecure, refunded } of a payment in an answer. */
export function readPayment(payment) {
  const check = (holds, what) => { if (!holds) throw new AnswerError(`the provider's answer is not valid: ${what}`); };
  check(payment && ID.test(payment.payment_id), "payment_id");
  const status = String(payment.status).replace("PAYMENT_STATUS_", "");
  check(STATUSES.includes(status), "status");
  check(payment.amount?.currency && BigInt(payment.amount.minor_units) >= 0n, "amount");
  check(payment.amount_refunded?.currency === payment.amount.currency && BigInt(payment.amount_refunded.minor_units) >= 0n, "amount_refunded");
  check(payment.created_at, "created_at");
  check((status === "FAILED") === Boolean(payment.failure), "failure");
  const link = payment.next_action?.redirect?.url ?? null;
  check(link === null || isWebLink(link), "next_action.redirect.url");
  return { id: payment.payment_id, status, link, refunded: Number(payment.amount_refunded.minor_units) };
}

/** An absolute http or https link without a user name, as browsers read it. */
function isWebLink(link) {
  if (Buffer.byteLength(link) > MAX_URL || !/^https?:\/\/[^/]/i.test(link) || /[\s\p{Cc}\\]/u.test(link) || !URL.canParse(link)) return false;
  const { username, password } = new URL(link);
  return username === "" && password === "" && !link.split(/[/?#]/)[2].includes("@");
}

/** Whether the payer may be sent there: over an insecure link in test mode or to this machine only. */
export function mayFollow(link, mode) {
  const { protocol, hostname } = new URL(link);
  return protocol === "https:" || mode === "test" || ["localhost", "[::1]"].includes(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Returns in what a payment differs from the record of an attempt; an empty list if it is the one. */
export function differences(a, payment, account) {
  const fields = {
    payment_id: [a.payment_id, payment.payment_id], idempotency_key: [a.key, payment.idempotency_key],
    method: [a.method, payment.method], currency: [a.currency, payment.amount.currency],
    minor_units: [String(a.minor_units), String(payment.amount.minor_units)], live: [a.mode === "live", payment.live], account: [a.account, account],
  };
  return Object.entries(fields).filter(([, [recorded, said]]) => recorded !== null && recorded !== said).map(([field]) => field);
}
