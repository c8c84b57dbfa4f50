// Reads a configuration, and refuses values that have the right form and are still
// wrong. Errors name settings, and never quote values.

import { refuseConfiguration } from "./contract/configuration.js";
import { ContractError } from "./contract/error.js";
import { parseDuration } from "./contract/time.js";
import { isLoopback } from "./contract/violations.js";
import { descriptor } from "./describe.js";

const SECRET_KEY = /^mk_test_[A-Za-z0-9_-]{1,128}$/;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9_-]{8,128}$/;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Reads a ConfigureRequest whose keys and forms the gate has checked. */
export function readSettings({ settings, secrets }) {
  if (secrets.secret_key.startsWith("mk_live_")) {
    throw new ContractError("MODE_MISMATCH", "secret_key is a live key; this provider supports test mode only");
  }
  const values = Object.fromEntries(descriptor.config_fields.map((field) => [field.name, field.default]));
  Object.assign(values, settings, secrets);
  const read = {
    apiBase: values.api_base.replace(/\/+$/, ""),
    secretKey: values.secret_key,
    webhookSecrets: values.webhook_secrets.split(",").map((item) => item.trim()),
    webhookTolerance: parseDuration(values.webhook_tolerance), // all in ms
    timeout: parseDuration(values.timeout),
    minTimeLeft: parseDuration(values.min_time_left),
  };
  check(read);
  return read;
}

function check(read) {
  const violations = [];
  const require = (ok, field, description) => { if (!ok) violations.push({ field, description }); };
  require(SECRET_KEY.test(read.secretKey), "secrets[secret_key]", "is not of the form mk_test_...");
  require(read.webhookSecrets.every((secret) => WEBHOOK_SECRET.test(secret)), "secrets[webhook_secrets]",
    "has an item that is not of the form whsec_...");
  require(read.webhookSecrets.length <= 8, "secrets[webhook_secrets]", "has more than 8 items");
  require(isSafeBase(read.apiBase), "settings[api_base]",
    "must be scheme, host and port alone; https, or http on this machine, since the secret key goes there");
  require(read.timeout >= SECOND && read.timeout <= 10 * MINUTE, "settings[timeout]", "must be 1s to 10m");
  require(read.minTimeLeft < read.timeout, "settings[min_time_left]", "must be less than timeout");
  require(read.webhookTolerance >= SECOND && read.webhookTolerance <= 60 * MINUTE, "settings[webhook_tolerance]",
    "must be 1s to 1h");
  refuseConfiguration(violations);
}

function isSafeBase(base) {
  const url = new URL(base);
  if (base.includes("?") || base.includes("#") || url.pathname !== "/") return false;
  return url.protocol === "https:" || isLoopback(base);
}
