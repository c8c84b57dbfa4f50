// What the provider is and can do for every account: the Descriptor of the
// .proto.

import { SPEC_VERSION } from "./contract/spec_version.js";
import { fromMilliseconds } from "./contract/time.js";

export const VERSION = "0.1.0";

/** The gateway's payment methods, whose words are the contract's codes too. */
export const WALLET = "wallet"; // on a page of the gateway's
export const QR = "qr"; // with a code that the host shows
export const PHONE = "phone"; // in an app that rings on the payer's phone

/** The kinds of webhooks that are translated. */
export const KINDS = { payment: "payment.updated", refund: "refund.updated" };

const DAY = 24 * 60 * 60 * 1000;

/**
 * How long, in ms, after the end of a call its request may still arrive at the
 * gateway. The call has ended its own request by then, so this is time for what
 * the network still holds.
 */
export const SETTLE_TIME = 30_000;

// The gateway keeps a key as long as its payment; the contract wants a duration.
const NATIVE_KEYS = {
  kind: "IDEMPOTENCY_KIND_NATIVE", key_life: fromMilliseconds(3650 * DAY),
  settle_time: fromMilliseconds(SETTLE_TIME), lookup_by_key: true,
};

const PAYMENT_LIFETIME = fromMilliseconds(30 * 60 * 1000);

export const descriptor = {
  provider_id: "node-example",
  display_name: "Memory through JavaScript (an example)",
  version: VERSION,
  spec_version: SPEC_VERSION,
  operations: [
    "OPERATION_CREATE_PAYMENT", "OPERATION_GET_STATUS", "OPERATION_CANCEL_PAYMENT", "OPERATION_REFUND",
    "OPERATION_GET_REFUND", "OPERATION_LIST_PAYMENTS", "OPERATION_PARSE_WEBHOOK",
  ],
  // Limits differ between accounts; Configure with probe returns them.
  payment_methods: [
    {
      code: WALLET, flow: "FLOW_REDIRECT", payer_action: "PAYER_ACTION_REQUIRED", payment_lifetime: PAYMENT_LIFETIME,
      currencies: [{ currency: "THB" }, { currency: "JPY" }, { currency: "KWD" }],
    },
    {
      code: QR, flow: "FLOW_QR", payer_action: "PAYER_ACTION_REQUIRED", payment_lifetime: PAYMENT_LIFETIME,
      currencies: [{ currency: "THB" }],
      refunds: {}, // the gateway refunds no payment with it
    },
    {
      code: PHONE, flow: "FLOW_APP", payer_action: "PAYER_ACTION_NONE", payment_lifetime: PAYMENT_LIFETIME,
      currencies: [{ currency: "THB" }],
      needs_phone: true,
    },
  ],
  refunds: { full: true, partial: true, multiple: true, window: { days: 90, zone: "UTC" }, max_count: 15 },
  create_idempotency: NATIVE_KEYS,
  refund_idempotency: NATIVE_KEYS,
  webhooks: {
    verifications: ["VERIFICATION_SIGNATURE"],
    secret_rotation: true,
    kinds: Object.values(KINDS),
  },
  modes: ["MODE_TEST"],
  config_fields: [
    {
      name: "secret_key", kind: "CONFIG_KIND_STRING", required: true, secret: true,
      description: "The account's secret key, mk_test_...; memory-sandbox prints it when it starts.",
    },
    {
      name: "webhook_secrets", kind: "CONFIG_KIND_LIST", required: true, secret: true,
      description: "The account's webhook secret, whsec_...; several, separated by commas, while it is being replaced.",
    },
    {
      name: "api_base", kind: "CONFIG_KIND_URL", default: "http://127.0.0.1:4520",
      description: "Scheme, host and port of the gateway's API; https, or http on this machine.",
    },
    {
      name: "timeout", kind: "CONFIG_KIND_DURATION", default: "25s",
      description: "The longest that a call may take, 1s to 10m; the caller's deadline counts too.",
    },
    {
      name: "min_time_left", kind: "CONFIG_KIND_DURATION", default: "10s",
      description: "No request that moves money is begun with less time left than this; less than timeout.",
    },
    {
      name: "webhook_tolerance", kind: "CONFIG_KIND_DURATION", default: "5m",
      description: "How far a webhook's signature may be from its arrival, before or after; 1s to 1h.",
    },
  ],
};
