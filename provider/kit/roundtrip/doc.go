// Package roundtrip sends one HTTP request to a gateway and reports whether it
// was sent and what was answered. It is for payment providers, and for the HTTP
// clients and SDKs below them.
//
// Whether a payment may have been made depends on whether the request may have
// been sent. An [Exchange] reports that, together with the answer. A [Transport]
// sends each request once: it follows no redirects, takes no proxy from the
// environment, and keeps net/http from repeating a request that may move money.
// It bounds the header and the body of an answer. The request's context bounds
// the time.
//
// A client that builds its requests itself calls [Transport.Send]. An SDK gets
// the Transport as its http.RoundTripper, and each call of the SDK a context
// made by [With]. An SDK hides whether anything was sent, and may take a redirect
// for a success, so rely on the Exchange.
//
// Check the API's address with [IsSafeBase] before a secret key is sent to it.
//
// A Transport may be used concurrently. An Exchange belongs to one request, and
// may be read after the call that sends it has returned.
package roundtrip
