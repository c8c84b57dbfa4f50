// The provider that the gate serves, put together from one file per operation.

import { cancelPayment } from "./cancel_payment.js";
import { configure } from "./configure.js";
import { createPayment } from "./create_payment.js";
import { descriptor } from "./describe.js";
import { getRefund } from "./get_refund.js";
import { getStatus } from "./get_status.js";
import { listPayments } from "./list_payments.js";
import { parseWebhook } from "./parse_webhook.js";
import { refund } from "./refund.js";

export const provider = {
  descriptor,
  async configure(configuration, context) {
    const { settings, gateway, account } = await configure(configuration, context);
    return {
      account,
      createPayment: (request, context) => createPayment(gateway, request, context),
      getStatus: (request, context) => getStatus(gateway, request, context),
      cancelPayment: (request, context) => cancelPayment(gateway, request, context),
      refund: (request, context) => refund(gateway, request, context),
      getRefund: (request, context) => getRefund(gateway, request, context),
      listPayments: (request, context) => listPayments(gateway, request, context),
      parseWebhook: (request, context) => parseWebhook(gateway, settings, request, context),
    };
  },
};
