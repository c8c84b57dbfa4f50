// How single fields of the gateway's answers are read.

import { parseTime } from "./contract/time.js";
import { malformed } from "./malformed.js";

const ID = /^[A-Za-z0-9_-]{1,128}$/;
const INT64 = 1n << 63n;

/** Whether a value has the form of the gateway's ids. */
export function isID(value) { return typeof value === "string" && ID.test(value); }

/** An amount of the gateway's: a whole number, not negative, that fits the wire. */
export function isAmount(value) { return typeof value === "bigint" && value >= 0n && value < INT64; }

/** A text of the gateway's: empty if it is absent, or no text. */
export function textOf(value) { return typeof value === "string" ? value : ""; }

/** A time of the gateway's, in ns: null if it is absent; what is no time is malformed. */
export function timeOf(value) {
  if (value === undefined || value === null) return null;
  const time = typeof value === "string" ? parseTime(value) : undefined;
  if (time === undefined) throw malformed("a time in it is none");
  return time;
}

/** Bounds a text of the gateway's that is shown to people, in bytes. */
export function clip(text, longest) {
  let clipped = text.replace(/\p{Cc}/gu, " ").slice(0, longest);
  while (Buffer.byteLength(clipped) > longest) clipped = [...clipped].slice(0, -1).join("");
  return clipped.toWellFormed();
}
