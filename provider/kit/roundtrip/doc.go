// Package roundtrip sends one HTTP request to a gateway and says what became of
// it. It is for payment providers, and for the HTTP clients and SDKs below
// them.
//
// Whether a payment may have been made depends on whether the request may have
// left. An [Exchange] tells that, and what came back. A [Transport] sends each
// request once: it follows no redirects, asks the environment for no proxy, and
// keeps net/http from sending again what may move money. It bounds the header
// and the body of an answer; the time for all of it is in the request's
// context.
//
// A client that builds its requests itself calls [Transport.Send]. An SDK gets
// the Transport as its http.RoundTripper, and each call of the SDK a context
// made by [With]. SDKs hide whether anything was sent, and some take a redirect
// for a success, so judge by the Exchange.
//
// Check the API's address with [IsSafeBase] before a secret key goes there.
//
// A Transport may be used concurrently. An Exchange belongs to one request, and
// may be read after the call that sends it has returned.
package roundtrip
