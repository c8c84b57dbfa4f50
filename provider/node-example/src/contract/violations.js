// Collects everything that is wrong with a request or an answer, so that its
// author sees all of it at once.

import net from "node:net";

import { ContractError } from "./error.js";
import { exponentOf, minorUnitsOf } from "./money.js";

const KEY = /^[A-Za-z0-9_-]{1,64}$/;
const CONTROL = /\p{Cc}/u;
const BLANK = /[\p{Cc}\p{White_Space}]/u;
const ASCII = /^[ -~]*$/;
const HALF_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const MAX_URL = 2048;
const MAX_ID = 255;

export class Violations {
  list = [];
  #reason = null; // INVALID_REQUEST if violations have different reasons

  /** Adds a violation unless ok. The reason is that of the error if all violations have it. */
  require(ok, field, description, reason = "INVALID_REQUEST") {
    if (ok) return;
    this.#reason = this.#reason === null || this.#reason === reason ? reason : "INVALID_REQUEST";
    this.list.push({ field, description });
  }

  /** Throws an error if a request has violations. */
  refuseRequest() {
    if (this.list.length === 0) return;
    throw new ContractError(this.#reason, "the request is invalid; nothing was sent", { violations: this.list });
  }

  /** Checks a text for people: it may have line breaks and tabs, but no other control characters. */
  text(field, value, limit) {
    this.require(Buffer.byteLength(value) <= limit, field, `is longer than ${limit} bytes`);
    this.require(!CONTROL.test(value.replace(/[\n\r\t]/g, "")), field, "has control characters");
  }

  /** Checks an id of the gateway's: opaque, but printable. */
  id(field, value) {
    this.require(value !== "", field, "is empty");
    this.text(field, value, MAX_ID);
    this.require(!BLANK.test(value), field, "has white space");
  }

  key(field, value) {
    this.require(KEY.test(value), field, "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
  }

  /** Checks a URL that goes to the gateway: what every gateway takes is ASCII. */
  sentURL(field, value) {
    const problem = webURLProblem(value);
    this.require(problem === null, field, problem);
    const host = /^https?:\/\/([^/?#]*)/i.exec(value)?.[1] ?? "";
    const remedy = ASCII.test(host) ? "percent-encode the other characters" : "write its host in punycode, as in https://xn--...";
    this.require(ASCII.test(value), field, `is not ASCII; ${remedy}`);
    this.require(!HALF_ESCAPE.test(value), field, "has a % without two hex digits after it; percent-encode the sign itself, as in %25");
  }

  currency(field, currency, reason) {
    this.require(exponentOf(currency) !== undefined, field, "is not an ISO 4217 currency code in upper case", reason);
  }

  /** Checks an amount in an answer, which may be 0 but not absent. */
  amount(field, money) {
    this.currency(`${field}.currency`, money?.currency);
    this.require(minorUnitsOf(money) >= 0n, `${field}.minor_units`, "is negative");
  }
}

export function isKey(value) { return KEY.test(value); }

/** Returns what is wrong with an absolute http or https URL, or null. */
export function webURLProblem(value) {
  if (Buffer.byteLength(value) > MAX_URL) return `is longer than ${MAX_URL} bytes`;
  // URL itself accepts too much: white space, backslashes, missing slashes.
  if (BLANK.test(value) || value.includes("\\") || !/^https?:\/\/[^/?#]/i.test(value) || !URL.canParse(value)) {
    return "is not an absolute http or https URL; percent-encode white space";
  }
  const { username, password } = new URL(value);
  return username || password || /^https?:\/\/[^/?#]*@/i.test(value) ? "has a user name in it" : null;
}

/** Returns what is wrong with a URL whose content nobody on the way may read or change, or null. */
export function secureURLProblem(value) {
  return webURLProblem(value) ??
    (/^https:/i.test(value) || isLoopback(value) ? null : "must be https unless it is on the host's own machine");
}

/** Whether a URL is of this machine. */
export function isLoopback(url) {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (net.isIPv4(host) && host.startsWith("127."));
}
