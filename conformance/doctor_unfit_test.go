package conformance_test

// unfit is a manifest of the memory provider that is wrong in one way, and how the one
// line about it begins and ends.
type unfit struct {
	replaced []string
	begins   string
	remedy   string
}

const (
	answers  = ", where the answer has it"
	orNone   = ", or none if the gateway has no such field"
	inCreate = " in the gateway's answer to CreatePayment, and should lead to "
	inStatus = " in the gateway's answer to GetStatus"
)

func unfitOperations() map[string]unfit {
	return map[string]unfit{
		"create": {
			[]string{`'^/v1/payments$', commit`, `'^/v1/charges$', commit`},
			"operations.create: CreatePayment sends POST /v1/payments, which fits no line of operations; ",
			"write create: {method: POST, path: '^/v1/payments$', commit: true}",
		},
		"get": {
			[]string{`get:     {method: GET,  path: '^/v1/payments/[^/]+$'}`, `get:     {method: GET,  path: '^/v2/payments$'}`},
			"operations.get: GetStatus sends GET /v1/payments/pay_", "write get: {method: GET, path: '^/v1/payments/[^/]+$'}",
		},
		"wide get": {
			[]string{`get:     {method: GET,  path: '^/v1/payments/[^/]+$'}`, `get:     {method: GET,  path: '^/v1/payments(/[^/]+)?$'}`},
			"operations.list: ListPayments sends GET /v1/payments, which fits operations.get; ",
			"write list: {method: GET, path: '^/v1/payments$'} before operations.get, or make the path of that narrower",
		},
		"list": {
			[]string{`list:    {method: GET,  path: '^/v1/payments$'}`, `list:    {method: GET,  path: '^/v1/all$'}`},
			"operations.list: ListPayments sends GET /v1/payments, which fits no", "write list: {method: GET, path: '^/v1/payments$'}",
		},
		"refund": {
			[]string{`'^/v1/payments/[^/]+/refunds$', commit`, `'^/v1/refunds$', commit`},
			"operations.refund: Refund sends POST /v1/payments/pay_", "write refund: {method: POST, path: '^/v1/payments/[^/]+/refunds$', commit: true}",
		},
		"refunds": {
			[]string{`'^/v1/payments/[^/]+/refunds'}`, `'^/v1/refunds'}`},
			"operations.refunds: GetRefund sends GET /v1/payments/pay_", "write refunds: {method: GET, path: '^/v1/payments/[^/]+/refunds/[^/]+$'}",
		},
		"cancel": {
			[]string{`/cancel$'`, `/stop$'`},
			"operations.cancel: CancelPayment sends POST /v1/payments/pay_", "write cancel: {method: POST, path: '^/v1/payments/[^/]+/cancel$', commit: true}",
		},
		"account": {
			[]string{`'^/v1/account$'`, `'^/v1/me$'`, "settings:", "probe: true\nsettings:"},
			"operations.account: Configure sends GET /v1/account, which fits no", "write account: {method: GET, path: '^/v1/account$'}",
		},
	}
}

func unfitFields() map[string]unfit {
	return map[string]unfit{
		"id": {
			[]string{"id: /id\n", "id: /ident\n"},
			"fields.id: /ident leads to nothing" + inCreate + `the payment's id, "pay_`, "write /id" + answers,
		},
		"another id": {
			[]string{"id: /id\n", "id: /reference\n"},
			`fields.id: /reference leads to "order-fit-`, "write /id" + answers,
		},
		"amount": {
			[]string{"amount: /amount\n", "amount: /amount_refunded\n"},
			"fields.amount: /amount_refunded leads to 0" + inCreate + "the amount, 12345; ", "write /amount" + answers,
		},
		"currency": {
			[]string{"currency: /currency\n", "currency: /status\n"},
			`fields.currency: /status leads to "pending"` + inCreate + "the currency, THB; ", "write /currency" + answers,
		},
		"method": {
			[]string{"method: /method\n", "method: /payment/method\n"},
			"fields.method: /payment/method leads to nothing" + inCreate, "write the pointer to the payment method" + orNone,
		},
		"live": {
			[]string{"live: /live\n", "live: /mode\n"},
			"fields.live: /mode leads to nothing" + inCreate, "write the pointer to the mode, as true or false" + orNone,
		},
		"status": {
			[]string{"status: /status\n", "status: /method\n"},
			`fields.status: /method leads to "wallet" before and after the payer has paid; `, "write the pointer to the field that changes",
		},
	}
}

func unfitOtherFields() map[string]unfit {
	return map[string]unfit{
		"a flag that is always set": {
			[]string{"paid: [/paid_at]", "paid: [/created_at]"},
			"fields.paid: /created_at leads to \"", "write flags that are true, or present, exactly for paid payments",
		},
		"a flag that is never set": {
			[]string{"paid: [/paid_at]", "paid: [/paid]"},
			"fields.paid: /paid leads to null" + inStatus + " about a paid payment; ", "write flags that are true, or present, exactly for paid payments",
		},
		"refunded": {
			[]string{"refunded: /amount_refunded", "refunded: /refunds/total"},
			"fields.refunded: /refunds/total leads to nothing" + inStatus, "write the pointer to the sum of refunds, a number" + orNone,
		},
		"key": {
			[]string{"key: /idempotency_key\n", "key: /reference\n"},
			`fields.key: /reference leads to "order-fit-`, "write /idempotency_key" + answers,
		},
		"return URL": {
			[]string{"return_url: /return_url", "return_url: /id"},
			`fields.return_url: /id leads to "pay_`, "write /return_url" + answers,
		},
		"decline": {
			[]string{"decline: {/status: failed", "decline: {/state/now: failed"},
			"fields.decline: /state/now cannot be set in the gateway's answer to CreatePayment: ", "correct the pointer /state/now",
		},
		"total": {
			[]string{"total: none\n", "total: /total\n"},
			"fields.total: /total leads to nothing in the gateway's answer to ListPayments, ", "write the pointer to the number of payments" + orNone,
		},
		"empty list": {
			[]string{`'{"payments":[]}'`, `'{"data":[]}'`},
			"fields.empty_list: at /payments (fields.list) it has no empty list; ", "write a body in which /payments is []",
		},
		"amount of a refund": {
			[]string{"{amount: /amount, currency", "{amount: /total, currency"},
			"fields.refund.amount: /total leads to nothing in the gateway's answer to Refund, ", "write /amount" + answers,
		},
		"payment of a refund": {
			[]string{"payment: /payment_id", "payment: /id"},
			`fields.refund.payment: /id leads to "rfd_`, "write /payment_id" + answers,
		},
		"event": {
			[]string{"event: /data\n", "event: /object\n"},
			`fields.event: /object leads to "event" in the body of a webhook, `, "write /data" + answers,
		},
		"mode of an event": {
			[]string{"event_live: /live", "event_live: /mode"},
			"fields.event_live: /mode leads to nothing in the body of a webhook, ", "write the pointer to the webhook's mode, as true or false" + orNone,
		},
	}
}

func unfitConfigurations() map[string]unfit {
	return map[string]unfit{
		"a capability too few": {
			[]string{"  - qr\n", ""},
			"expectCapabilities: the provider declares qr, which it does not have; ", ", or correct the provider's descriptor",
		},
		"min_time_left": {
			[]string{"  min_time_left: 1s          # calls of the suite have 5 s\n", ""},
			"settings: the provider makes no payment with less time left than its calls have in a run, 5s: ", "write min_time_left: 1s in settings",
		},
		"another gateway": {
			[]string{`"{{ .APIBase }}"`, `"http://127.0.0.1:1"`},
			"settings: no request of the provider reaches the suite's proxy: ", `set the address of its gateway to "{{ .APIBase }}"`,
		},
		"secret key": {
			[]string{`"{{ .Credentials.secret_key }}"`, "mk_test_nobodys"},
			"secrets: the gateway refuses the credentials: ", "write the sandbox's credentials, {{ .Credentials.NAME }}",
		},
		"webhook secret": {
			[]string{`"{{ .Credentials.webhook_secret }}"`, "whsec_nobodys_secret"},
			"secrets: the provider refuses a genuine webhook of the sandbox: ", "such as {{ .Credentials.webhook_secret }}",
		},
		"a variant": {
			[]string{"fixtures:\n", "variants:\n  - {name: odd, run: WHK-*, settings: {colour: red}}\nfixtures:\n"},
			"variants.odd.settings.colour: the provider refuses it: it is unknown", `"paysocket describe" shows what the provider takes`,
		},
	}
}
