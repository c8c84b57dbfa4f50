// The provider that the gate serves. Each operation has a file.

import { cancelPayment } from "./cancel_payment.js";
import { configure } from "./configure.js";
import { within } from "./contract/context.js";
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
    const inTime = (operation) => (request, context) => operation(gateway, request, within(context, settings.timeout));
    return {
      account,
      createPayment: inTime(createPayment),
      getStatus: inTime(getStatus),
      cancelPayment: inTime(cancelPayment),
      refund: inTime(refund),
      getRefund: inTime(getRefund),
      listPayments: inTime(listPayments),
      parseWebhook: inTime((gateway, request, context) => parseWebhook(gateway, settings, request, context)),
    };
  },
};
