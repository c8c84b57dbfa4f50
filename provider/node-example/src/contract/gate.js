// The gate before the provider. It checks calls, finds their session, bounds their
// time, and turns what they throw into errors of the contract.

import grpc from "@grpc/grpc-js";

import { describeBug } from "../plugin/log.js";
import { checkConfiguration } from "./configuration.js";
import { contextOf, endOf } from "./context.js";
import { service } from "./definitions.js";
import { ContractError } from "./error.js";
import { minorUnitsOf } from "./money.js";
import { requestChecks } from "./request.js";
import { encodeError } from "./status.js";
import { Violations } from "./violations.js";

const DEBUG_CALL = 24 * 60 * 60 * 1000; // ms, for calls that a person follows in a debugger

// A host that wants the process confined hears that it is not.
const CONFINEMENT = new grpc.Metadata();
CONFINEMENT.set("paysocket-hardening", JSON.stringify({
  level: "none", why: "a program in JavaScript does not confine itself; confine the host's service, or set confinement: off for this plugin",
}));

// The contract's operation of each rpc.
const OPERATIONS = {
  CreatePayment: "CREATE_PAYMENT",
  GetStatus: "GET_STATUS",
  CancelPayment: "CANCEL_PAYMENT",
  Refund: "REFUND",
  GetRefund: "GET_REFUND",
  ListPayments: "LIST_PAYMENTS",
  ParseWebhook: "PARSE_WEBHOOK",
};

/**
 * The gate serves a provider with two members:
 *
 *   descriptor                           the message Descriptor
 *   async configure(request, context)    returns a session; if it throws, the previous one stays in force
 *
 * A session is one configuration in use. It has the message `account`, and a
 * method for each declared operation, such as `async createPayment(request, context)`,
 * which takes and returns messages. Requests have been checked. Methods should
 * throw ContractErrors only. The context is that of contextOf.
 */
export class Gate {
  #provider;
  #lifetime;
  #log;
  #debug;
  #session = null;
  #configuring = Promise.resolve(); // one at a time, so that the last request wins

  /** With debug, no call is too long, and live mode is refused: nobody checked what runs. */
  constructor(provider, lifetime, log, { debug = false } = {}) {
    this.#provider = provider;
    this.#lifetime = lifetime;
    this.#log = log;
    this.#debug = debug;
  }

  register(server) {
    const handlers = {
      Describe: this.#handler("DESCRIBE", async () => ({ descriptor: this.#provider.descriptor })),
      Configure: this.#handler("CONFIGURE", (request, context) => this.#configure(request, context)),
    };
    for (const [rpc, operation] of Object.entries(OPERATIONS)) {
      const method = rpc[0].toLowerCase() + rpc.slice(1);
      handlers[rpc] = this.#handler(operation, (request, context, session) => session[method](request, context));
    }
    server.addService(service, handlers);
  }

  #handler(operation, run) {
    return (call, answer) => {
      if (operation === "DESCRIBE" || operation === "CONFIGURE") call.sendMetadata(CONFINEMENT.clone());
      this.#lifetime.during(() => this.#handle(operation, call, run)).then(
        (message) => answer(null, message),
        (error) => answer(encodeError(operation, error)),
      );
    };
  }

  /** Serves one call. It throws ContractErrors only. */
  async #handle(operation, call, run) {
    const began = performance.now();
    const context = contextOf(call, this.#log, this.#debug ? DEBUG_CALL : undefined);
    try {
      const session = this.#admit(operation, call.request, context);
      const message = await run(call.request, context, session);
      this.#logCall(operation, began);
      return message;
    } catch (error) {
      const known = error instanceof ContractError ? error : this.#bug(operation, error);
      this.#logCall(operation, began, known);
      throw known;
    } finally {
      context.release();
    }
  }

  /** Returns the session of a call, or throws why the call must not reach the provider. */
  #admit(operation, request, context) {
    try {
      return this.#check(operation, request, context);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      throw error.forAttempt(request.attempt);
    }
  }

  #check(operation, request, context) {
    const { descriptor } = this.#provider;
    const session = this.#session;
    if (this.#lifetime.ending) {
      throw new ContractError("PROVIDER_UNREACHABLE", "the provider's process is ending; nothing was sent");
    }
    const always = operation === "DESCRIBE" || operation === "CONFIGURE";
    if (!always && !descriptor.operations.includes(`OPERATION_${operation}`)) throw unsupported(operation);
    if (request.account !== "") {
      throw new ContractError("CAPABILITY_UNSUPPORTED", "this provider serves one account; leave the field account empty");
    }
    if (!always && session === null) {
      throw new ContractError("NOT_CONFIGURED", "the provider has no configuration yet; call Configure first");
    }
    if (operation === "CONFIGURE") {
      this.#log.hide(Object.values(request.secrets));
      checkConfiguration(descriptor, request);
      if (this.#debug && request.mode === "MODE_LIVE") throw notLive();
    }
    if (!always) checkRequest(operation, request, descriptor, session);
    const over = operation === "DESCRIBE" ? null : endOf(context);
    if (over) throw over;
    return session;
  }

  #configure(request, context) {
    const turn = this.#configuring.then(async () => {
      const session = await this.#provider.configure(request, context);
      this.#session = session; // calls in flight keep the session that they began with
      return { account: session.account };
    });
    this.#configuring = turn.catch(() => {});
    return turn;
  }

  /** An error that is not a ContractError may contain anything, so only its type and place are logged. */
  #bug(operation, error) {
    this.#log.error("the provider threw", { operation, ...describeBug(error) });
    return new ContractError("PROVIDER_BUG", "the provider threw an unexpected error; " +
      "its log has the place; report it to the provider's author");
  }

  #logCall(operation, began, error) {
    const duration = Math.round(performance.now() - began);
    const fields = error ? { reason: error.reason, outcome: error.outcome } : {};
    this.#log.debug("call", { operation, duration_ms: duration, ...fields });
  }
}

function unsupported(operation) {
  return new ContractError("CAPABILITY_UNSUPPORTED",
    `this provider does not support ${operation}; see the operations of its descriptor`);
}

function notLive() {
  return new ContractError("INVALID_CONFIG", "a provider that runs with --debug is not configured for live mode, because its code " +
    "was not checked; use test mode", { violations: [{ field: "mode", description: "must be TEST" }] });
}

function checkRequest(operation, request, descriptor, session) {
  const lookup = { GET_STATUS: descriptor.create_idempotency, GET_REFUND: descriptor.refund_idempotency };
  const v = new Violations();
  requestChecks[operation](v, request);
  if (v.list.length === 0 && request.by === "attempt" && !lookup[operation].lookup_by_key) {
    throw new ContractError("CAPABILITY_UNSUPPORTED", "this provider cannot look up by idempotency key; ask by id");
  }
  if (v.list.length === 0 && operation === "CREATE_PAYMENT") checkLimits(v, request, descriptor, session.account);
  v.refuseRequest();
}

/** Checks the request against the methods and limits of the account. */
function checkLimits(v, request, descriptor, account) {
  const declared = descriptor.payment_methods.some((method) => method.code === request.method);
  v.require(declared, "method", "is not supported by this provider", "METHOD_UNSUPPORTED");
  const urls = request.webhook_url === "" || descriptor.webhooks?.per_payment_url;
  v.require(urls, "webhook_url", "is not supported by this provider");
  if (!declared) return;
  const method = account.payment_methods.find((each) => each.code === request.method);
  v.require(method, "method", "is not enabled for this account; configure with a probe, and if it is not enabled then, ask the gateway to enable it", "METHOD_NOT_ENABLED");
  const phone = descriptor.payment_methods.concat(account.payment_methods)
    .some((each) => each.code === request.method && each.needs_phone);
  v.require(!phone || request.payer?.phone, "payer.phone",
    `must be set for ${request.method}: ask the payer for the number, and send it as +66812345678`);
  if (!method) return;
  const limits = method.currencies.find((each) => each.currency === request.amount.currency);
  v.require(limits, "amount.currency", `${request.amount.currency} cannot be paid with ${method.code}`, "CURRENCY_UNSUPPORTED");
  if (!limits) return;
  const minorUnits = minorUnitsOf(request.amount);
  const bounded = (ok, text) => v.require(ok, "amount.minor_units", `is ${minorUnits}; ${text}`, "AMOUNT_OUT_OF_RANGE");
  const { min_minor_units: least, max_minor_units: most } = limits; // absent: unknown
  bounded(least === undefined || minorUnits >= BigInt(least), `the minimum is ${least}`);
  bounded(most === undefined || minorUnits <= BigInt(most), `the maximum is ${most}`);
}
