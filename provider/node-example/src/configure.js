// Configure makes a session of settings and secrets. With `probe` it reads the
// account at the gateway, to learn whether the key works and which limits are in
// force. Without `probe` it sends nothing.

import { within } from "./contract/context.js";
import { ContractError } from "./contract/error.js";
import { exponentOf } from "./contract/money.js";
import { descriptor } from "./describe.js";
import { isID } from "./fields.js";
import { Gateway } from "./gateway.js";
import { malformed } from "./malformed.js";
import { readSettings } from "./settings.js";

/** Returns `{ settings, gateway, account }`, or throws and changes nothing. */
export async function configure(request, context) {
  const settings = readSettings(request);
  const gateway = new Gateway(settings);
  const account = request.probe
    ? await probe(gateway, within(context, settings.timeout))
    : { live: false, payment_methods: descriptor.payment_methods };
  return { settings, gateway, account };
}

async function probe(gateway, context) {
  const { body } = await gateway.send({ method: "GET", path: "/v1/account" }, context);
  if (body.object !== "account" || typeof body.live !== "boolean" || !isID(body.id) || !Array.isArray(body.methods)) {
    throw malformed("it is not an account");
  }
  if (body.live) {
    throw new ContractError("MODE_MISMATCH", "the gateway says that the key is live; this provider supports test mode only");
  }
  return {
    id: body.id,
    country: /^[A-Z]{2}$/.test(body.country) ? body.country : "",
    live: false,
    payment_methods: body.methods.flatMap((given) => {
      const offered = descriptor.payment_methods.find((each) => each.code === given?.method);
      if (!offered) return [];
      const currencies = limitsOf(given, offered);
      return currencies.length > 0 || given.limits.length === 0 ? [{ ...offered, currencies }] : []; // nothing can be asked for with it
    }),
  };
}

/** Returns the limits of currencies that the descriptor has too: an account may offer less than its provider, never more. */
function limitsOf(method, offered) {
  const known = offered.currencies.map((each) => each.currency);
  if (!Array.isArray(method.limits)) throw malformed("a method has no limits");
  return method.limits.filter((each) => known.includes(each?.currency)).map((each) => {
    if (exponentOf(each.currency) === undefined) throw malformed("a limit has an unknown currency");
    return {
      currency: each.currency,
      ...bound("min_minor_units", each.min_amount),
      ...bound("max_minor_units", each.max_amount),
    };
  });
}

/** An unknown bound is absent, and never 0. */
function bound(name, value) {
  if (value === undefined || value === 0n) return {};
  if (typeof value !== "bigint" || value < 0n) throw malformed("a limit is not an amount");
  return { [name]: value.toString() };
}
