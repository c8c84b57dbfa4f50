// The provider that the gate serves. Each operation has a file.

import { cancelPayment } from "./cancel_payment.js";
import { configure } from "./configure.js";
import { within } from "./contract/context.js";
import { createPayment } from "./create_payment.js";
import { descriptor, SETTLE_TIME } from "./describe.js";
import { getRefund } from "./get_refund.js";
import { getStatus } from "./get_status.js";
import { credentialsOf, Keys, nameOf } from "./keys.js";
import { listPayments } from "./list_payments.js";
import { parseWebhook } from "./parse_webhook.js";
import { refund } from "./refund.js";

const keys = new Keys();

export const provider = {
  descriptor,
  async configure(configuration, context) {
    const { settings, gateway, account } = await configure(configuration, context);
    const credentials = credentialsOf(settings);
    if (account.id) keys.found(credentials, settings.apiBase, account.id);
    const inTime = (operation) => (request, context) => operation(gateway, request, within(context, settings.timeout));
    const of = (request, isRefund) => ({
      name: nameOf(request, isRefund), object: isRefund ? "refund_id" : "payment_id", credentials, settle: SETTLE_TIME,
    });
    const using = (operation, isRefund, made) => inTime((gateway, request, context) =>
      keys.use({ ...of(request, isRefund), made }, request, (request) => operation(gateway, request, context)));
    const lookingUp = (operation, isRefund) => inTime((gateway, request, context) => (request.by === "attempt"
      ? keys.lookUp(of(request, isRefund), request, (request) => operation(gateway, request, context))
      : operation(gateway, request, context)));
    return {
      account,
      createPayment: using(createPayment, false, ({ payment }) => payment.payment_id),
      getStatus: lookingUp(getStatus, false),
      cancelPayment: inTime(cancelPayment),
      refund: using(refund, true, ({ refund }) => refund.refund_id),
      getRefund: lookingUp(getRefund, true),
      listPayments: inTime(listPayments),
      parseWebhook: inTime((gateway, request, context) => parseWebhook(gateway, settings, request, context)),
    };
  },
};
