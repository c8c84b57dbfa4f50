// The context of a call: its deadline and its cancellation.

import { ContractError } from "./error.js";

const MAX_CALL = 60_000; // ms, for callers that set no deadline
const ANSWER_TIME = 30; // ms; a call ends so long before its deadline, so that its answer arrives in time

/**
 * Returns the context of a gRPC call:
 *
 *   deadline   when it must have ended, in ms since 1970
 *   signal     an AbortSignal that fires then, or when the caller cancels
 *   canceled   whether the caller has canceled it
 *   log        a logger
 *   release    a function to call when the call has ended
 */
export function contextOf(call, log, longest = MAX_CALL) {
  const asked = Number(call.getDeadline()); // Infinity if the caller set none
  const deadline = Math.min(asked, Date.now() + longest) - ANSWER_TIME;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(deadline - Date.now(), 0));
  const context = { deadline, signal: controller.signal, canceled: false, log, release: () => clearTimeout(timer) };
  call.on("cancelled", () => {
    context.canceled = Date.now() < asked; // gRPC cancels a call at its deadline too
    controller.abort();
  });
  return context;
}

/** Returns a context with at most so many ms left. */
export function within(context, ms) {
  return Object.assign(Object.create(context), { deadline: Math.min(context.deadline, Date.now() + ms) });
}

/** Returns the error of a call that ended before anything that moves money was sent, or null if it has not ended. */
export function endOf(context) {
  if (context.canceled) {
    return new ContractError("DEADLINE_TOO_SHORT", "the call was canceled before anything was sent to the gateway").asCanceled();
  }
  if (Date.now() < context.deadline) return null;
  return new ContractError("DEADLINE_TOO_SHORT", "the deadline had passed before anything was sent to the gateway");
}
