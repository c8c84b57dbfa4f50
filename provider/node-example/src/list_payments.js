import { formatTime, fromWire } from "./contract/time.js";
import { malformed } from "./malformed.js";
import { LIST, translateListed } from "./owner.js";
import { toPayment } from "./payment.js";

// Twenty of the gateway's largest payments fit into the bound of an answer. A
// larger page might not fit, and then it could never be read.
const MAX_PAGE_SIZE = 20;
const MAX_TOKEN = 2048;

/**
 * Reads one page of the payments created in a window of time, or throws: a page
 * without some of the host's would look complete. One of others that cannot be read
 * is left out.
 */
export async function listPayments(gateway, request, context) {
  const size = request.page_size > 0 ? Math.min(request.page_size, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  const from = fromWire(request.created_from);
  const until = fromWire(request.created_until);
  const query = { created_from: formatTime(from), created_until: formatTime(until), page_size: String(size) };
  if (request.page_token !== "") query.page_token = request.page_token;
  const { body, flawed } = await gateway.send({ method: "GET", path: "/v1/payments", query, judged: LIST }, context);

  const token = body.next_page_token ?? "";
  const readForEver = token !== "" && token === request.page_token;
  if (typeof token !== "string" || token.length > MAX_TOKEN || readForEver) throw notAsked();
  if (!Array.isArray(body.payments) || body.payments.length > size) throw notAsked();
  const { translated: payments } = translateListed(body.payments, flawed, toPayment);
  const times = payments.map((payment) => fromWire(payment.created_at));
  if (times.some((time, i) => time < from || time >= until || (i > 0 && time < times[i - 1]))) throw notAsked();
  return { payments, next_page_token: token };
}

function notAsked() { return malformed("it is not the page that was asked for"); }
