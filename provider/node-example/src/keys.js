// What idempotency keys led to, for as long as the process runs. It outlives a
// configuration: a call that began before Configure goes on after it, and the next
// call with its key has to meet it.
//
// A key belongs to the account in which it was used. While a call with it is under
// way, has an unknown result or has made something, a call for an account that is
// not certainly the same is refused as ATTEMPT_UNSETTLED, and a look-up there, or
// during the call, proves no absence. A refusal that is certain releases the key,
// and so does a look-up in its account that proves absence. After a restart the
// times in the host's attempts make up for the memory.

import { createHash } from "node:crypto";

import { ContractError, INDETERMINATE } from "./contract/error.js";
import { fromWire, now, toWire } from "./contract/time.js";

const MAX_KEYS = 50_000;
const MAX_ACCOUNTS = 1000;
const MILLISECOND = 1_000_000n; // in ns, as all times here

/** Returns what tells accounts apart. Equal credentials are of one account; nothing follows from different ones. */
export function credentialsOf({ apiBase, secretKey }) {
  return `${apiBase} ${createHash("sha256").update(secretKey).digest("hex")}`;
}

/** Returns the name of a key: keys of refunds are unique within their payment. */
export function nameOf({ payment_id: paymentID, attempt }, isRefund) {
  return isRefund ? `refund ${paymentID} ${attempt.key}` : `payment ${attempt.key}`;
}

export class Keys {
  #byName = new Map(); // the least recently used first
  #accounts = new Map(); // credentials and the gateway's name of their account
  #limit;
  #clock;

  constructor({ limit = MAX_KEYS, clock = now } = {}) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Records that a probe found the account `id` with credentials, also for keys that were used before. */
  found(credentials, apiBase, id) {
    if (this.#accounts.size >= MAX_ACCOUNTS) this.#accounts.clear(); // then they cannot be told apart, which is safe
    this.#accounts.set(credentials, `${apiBase} ${id}`);
  }

  /**
   * Makes a call that moves money. `made` returns the id of its answer, and `object`
   * is the name of that id in errors. The attempt of the request that `call` gets has
   * the times of earlier calls in this process.
   * `settle`, in ms, is how long after a lost call a look-up proves nothing.
   */
  async use({ name, object, credentials, settle, made }, request, call) {
    const began = this.#clock();
    const key = this.#get(name) ?? this.#add({ name, object, credentials }, began, request.attempt);
    if (!this.#same(key.credentials, credentials)) throw elsewhere(key);
    const known = widened(timesOf(request.attempt), key);
    if (key.calls > 0) known.lastUnknownAt = later(known.lastUnknownAt, began); // the gateway orders them, and not this process
    key.calls++;
    key.begun++;
    try {
      const answer = await call({ ...request, attempt: asAttempt(request.attempt.key, known) });
      Object.assign(key, { made: made(answer), firstAt: earlier(key.firstAt, known.firstAt ?? began), lastUnknownAt: null, settles: null });
      return answer;
    } catch (error) {
      const outcome = error.ownOutcome ?? error.outcome; // one of earlier calls binds the key to no account
      if (outcome === undefined || outcome === INDETERMINATE) this.#lost(key, known, began, settle, error);
      else if (key.made || key.lastUnknownAt !== null) error.withOutcome(INDETERMINATE).with(object, key.made);
      throw error;
    } finally {
      key.calls--;
      if (key.calls === 0 && !key.made && key.lastUnknownAt === null) this.#byName.delete(name);
    }
  }

  /** Looks a key up. An error that proves absence stays one only if it does, and then releases the key. */
  async lookUp({ name, credentials }, request, call) {
    const began = this.#clock();
    const before = this.#get(name);
    const begun = before?.begun;
    const known = timesOf(request.attempt);
    if (before && this.#same(before.credentials, credentials)) Object.assign(known, widened(known, before));
    try {
      return await call({ ...request, attempt: asAttempt(request.attempt.key, known) });
    } catch (error) {
      const key = this.#get(name);
      // Where there is not even the payment, there is no refund. For a host that is no proof.
      const noPayment = error.reason === "PAYMENT_NOT_FOUND" && key?.object === "refund_id";
      if (!key || (error.metadata?.settled !== "true" && !noPayment)) throw error;
      if (noPayment && key.settles !== null && began < key.settles) throw error;
      if (this.#same(key.credentials, credentials) && key === before && key.begun === begun && key.calls === 0 && !key.made) {
        this.#byName.delete(name);
        throw error;
      }
      if (noPayment) throw error;
      throw new ContractError(error.reason, "nothing was found for this idempotency key, which proves nothing: a call with it " +
        "is under way or has made something, or was made with other credentials; look it up again later, and with those", {
        metadata: { ...error.metadata, settled: "false" },
      });
    }
  }

  #get(name) {
    const key = this.#byName.get(name);
    if (key) { // the latest use is the last
      this.#byName.delete(name);
      this.#byName.set(name, key);
    }
    return key;
  }

  #add({ name, object, credentials }, at, attempt) {
    if (this.#byName.size >= this.#limit) {
      const oldest = this.#oldestToForget(at);
      if (oldest === undefined) {
        throw new ContractError("PROVIDER_UNREACHABLE", `${this.#limit} calls are under way or may still be executed, and the ` +
          "provider remembers no more keys, so nothing was sent; repeat the call later, and find out why the gateway does not answer", {
          retryAfter: 1000,
        }).forAttempt(attempt);
      }
      this.#byName.delete(oldest);
    }
    const key = { object, credentials, calls: 0, begun: 0, firstAt: null, lastUnknownAt: null, settles: null, made: "" };
    this.#byName.set(name, key);
    return key;
  }

  /** Returns the name of the least recently used key whose calls have settled. */
  #oldestToForget(at) {
    for (const [name, key] of this.#byName) {
      if (key.calls === 0 && (key.settles === null || at >= key.settles)) return name;
    }
    return undefined;
  }

  #same(one, other) {
    return one === other || (this.#accounts.has(one) && this.#accounts.get(one) === this.#accounts.get(other));
  }

  /** Records that the result of a call is unknown. A call that only waited for an earlier one does not count as another. */
  #lost(key, known, began, settle, error) {
    const all = widened(known, key);
    const waited = all.lastUnknownAt !== null && error.reason === "ATTEMPT_UNSETTLED";
    key.firstAt = all.firstAt ?? began;
    key.lastUnknownAt = waited ? all.lastUnknownAt : later(all.lastUnknownAt, this.#clock());
    key.settles = key.lastUnknownAt + BigInt(Math.ceil(settle)) * MILLISECOND;
  }
}

/** Returns the error of a call whose key is in use in an account that is not certainly the same. */
function elsewhere(key) {
  const unknown = key.calls > 0 ? "is in use" : "was used, and it is unknown what it led to,";
  return new ContractError("ATTEMPT_UNSETTLED",
    `the key ${key.made ? "was used, and led to something," : unknown} with other credentials, maybe of another account; nothing was ` +
    "sent with these. Configure those again, and repeat the call or look the key up; or configure both with probe if they are of one account", {
      retryAfter: key.calls > 0 ? 1000 : 60_000,
    }).with(key.object, key.made);
}

function timesOf(attempt) { return { firstAt: fromWire(attempt.first_at), lastUnknownAt: fromWire(attempt.last_unknown_at) }; }

function asAttempt(key, { firstAt, lastUnknownAt }) {
  return { key, first_at: toWire(firstAt), last_unknown_at: toWire(lastUnknownAt) };
}

function widened(a, b) {
  return { firstAt: earlier(a.firstAt, b.firstAt), lastUnknownAt: later(a.lastUnknownAt, b.lastUnknownAt) };
}

/** Of two times that may be absent. */
function earlier(a, b) { return a === null || (b !== null && b < a) ? b : a; }

function later(a, b) { return a === null || (b !== null && b > a) ? b : a; }
