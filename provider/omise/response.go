package omise

import "time"

// A Response is what the gateway's HTTP answer says besides its body. It is zero in objects decoded from an event.
type Response struct {
	// Date is the gateway's clock (the Date header, to the second, in UTC); zero if it gave none. Time limits that the
	// gateway enforces are to be judged by it, not by the local clock.
	Date time.Time
	// RequestID is the X-Request-Id, to quote to the gateway's support.
	RequestID string
}
