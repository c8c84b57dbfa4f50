// Readers of single fields of the gateway's answers.

import { parseTime } from "./contract/time.js";
import { malformed } from "./malformed.js";

const ID = /^[A-Za-z0-9_-]{1,128}$/;
const INT64 = 1n << 63n;

/** Whether a value has the form of the gateway's ids. */
export function isID(value) { return typeof value === "string" && ID.test(value); }

/** Whether a value is an amount: a whole number of 64 bits, not negative. */
export function isAmount(value) { return typeof value === "bigint" && value >= 0n && value < INT64; }

/** Returns a text of the gateway's, or "" if it is absent or not a text. */
export function textOf(value) { return typeof value === "string" ? value : ""; }

/** Returns a time of the gateway's in ns, or null if it is absent. Throws MALFORMED_RESPONSE if it is not a time. */
export function timeOf(value) {
  if (value === undefined || value === null) return null;
  const time = typeof value === "string" ? parseTime(value) : undefined;
  if (time === undefined) throw malformed("it has a time that is not RFC 3339");
  return time;
}

/**
 * Returns a text that the merchant can edit at the gateway, such as a reference, if
 * it is legal: at most so many bytes, undamaged, and without control characters but
 * line breaks and tabs. Otherwise it returns "": half a reference could be another
 * order's, and no text for people may make a payment unreadable.
 */
export function wholeText(value, longest) {
  const text = textOf(value);
  const legal = Buffer.byteLength(text) <= longest && text.isWellFormed() && !text.includes("\ufffd") && !/\p{Cc}/u.test(text.replace(/[\n\r\t]/g, ""));
  return legal ? text : "";
}

/** Truncates a text of the gateway's to so many bytes, and replaces control characters. */
export function clip(text, longest) {
  let clipped = text.replace(/\p{Cc}/gu, " ").slice(0, longest);
  while (Buffer.byteLength(clipped) > longest) clipped = [...clipped].slice(0, -1).join("");
  return clipped.toWellFormed();
}
