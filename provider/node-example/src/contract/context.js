// The time of a call, and its end.

import { ContractError } from "./error.js";

const MAX_CALL = 60_000; // ms, for callers that set no deadline
const ANSWER_TIME = 30; // ms before the deadline that a call ends, so that its answer comes in time

/**
 * Makes the context of a call of gRPC's:
 *
 *   deadline   when it must have ended, in ms since 1970
 *   signal     an AbortSignal that fires then, or when the caller cancels
 *   canceled   whether the caller has canceled it
 *   log        a logger
 *   release    to be called in the end
 */
export function contextOf(call, log) {
  const asked = Number(call.getDeadline()); // Infinity if the caller set none
  const deadline = Math.min(asked, Date.now() + MAX_CALL) - ANSWER_TIME;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(deadline - Date.now(), 0));
  const context = { deadline, signal: controller.signal, canceled: false, log, release: () => clearTimeout(timer) };
  call.on("cancelled", () => {
    context.canceled = Date.now() < asked; // gRPC cancels a call at its deadline too
    controller.abort();
  });
  return context;
}

/** A context with no more than so many ms left. */
export function within(context, ms) {
  return Object.assign(Object.create(context), { deadline: Math.min(context.deadline, Date.now() + ms) });
}

/** The error of a call that ended before anything that moves money was sent: null while it goes on. */
export function endOf(context) {
  if (context.canceled) {
    return new ContractError("DEADLINE_TOO_SHORT", "the call was canceled before anything was sent to the gateway").asCanceled();
  }
  if (Date.now() < context.deadline) return null;
  return new ContractError("DEADLINE_TOO_SHORT", "the deadline had passed before anything was sent to the gateway");
}
