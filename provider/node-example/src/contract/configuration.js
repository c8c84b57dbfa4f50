// The checks of a configuration: nothing missing, nothing unknown, every value of
// its form, secrets under secrets. Errors name keys, never values.

import { ContractError } from "./error.js";
import { parseDuration } from "./time.js";
import { webURLProblem } from "./violations.js";

/** Throws INVALID_CONFIG unless the configuration fits the descriptor. */
export function checkConfiguration(descriptor, configuration) {
  const violations = [];
  if (!descriptor.modes.includes(configuration.mode)) {
    violations.push({ field: "mode", description: `must be one of ${descriptor.modes.join(", ")}` });
  }
  for (const place of ["settings", "secrets"]) {
    for (const name of Object.keys(configuration[place]).sort()) {
      const description = problem(descriptor, place, name, configuration[place][name]);
      if (description !== null) violations.push({ field: `${place}[${name}]`, description });
    }
  }
  for (const field of descriptor.config_fields) {
    const given = field.name in configuration.settings || field.name in configuration.secrets;
    if (field.required && !given) violations.push({ field: path(field), description: `is missing: ${field.description}` });
  }
  refuseConfiguration(violations);
}

/** Throws INVALID_CONFIG if there are violations. */
export function refuseConfiguration(violations) {
  if (violations.length === 0) return;
  throw new ContractError("INVALID_CONFIG",
    "the configuration is invalid; the previous one, if any, stays in force", { violations });
}

function path(field) { return field.secret ? `secrets[${field.name}]` : `settings[${field.name}]`; }

function problem(descriptor, place, name, value) {
  const field = descriptor.config_fields.find((each) => each.name === name);
  if (!field) return "is unknown to this provider";
  if (!path(field).startsWith(place)) return `belongs under ${path(field)}`;
  if (value.trim() === "") return "is blank";
  if (/\p{Cc}/u.test(value) || value !== value.trim()) return "has control characters, or white space around it";
  return FORMS[field.kind](value, field);
}

// Functions that return what is wrong with a value of each kind, or null.
const FORMS = {
  CONFIG_KIND_STRING: () => null,
  CONFIG_KIND_LIST: (value) => (value.split(",").some((item) => item.trim() === "") ? "has a blank item" : null),
  CONFIG_KIND_URL: webURLProblem,
  CONFIG_KIND_DURATION: (value) => (parseDuration(value) === undefined ? "is not a duration such as 90s or 2m30s" : null),
  CONFIG_KIND_INTEGER: (value) => (isInteger(value) ? null : "is not a whole number"),
  CONFIG_KIND_BOOLEAN: (value) => (["true", "false"].includes(value) ? null : "is neither true nor false"),
  CONFIG_KIND_CHOICE: (value, field) => (field.choices.includes(value) ? null : `is not one of ${field.choices.join(", ")}`),
};

function isInteger(value) { return /^\d{1,19}$/.test(value) && BigInt(value) < 1n << 63n; }
