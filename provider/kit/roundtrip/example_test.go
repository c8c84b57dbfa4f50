package roundtrip_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// A client that builds its requests itself. Only if Sent returns false is it certain
// that nothing has reached the gateway.
func ExampleTransport_Send() {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	transport := roundtrip.NewTransport(nil)
	defer transport.CloseIdleConnections()

	send := func() {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, gateway.URL, strings.NewReader("amount=100000"))
		if err != nil {
			fmt.Println(err)
			return
		}
		x := transport.Send(request)
		fmt.Println("answered", x.Err == nil, "sent", x.Sent(), "status", x.Status, "wait", x.RetryAfter())
	}
	send()
	gateway.Close()
	transport.CloseIdleConnections()
	send() // nobody listens any more
	// Output:
	// answered true sent true status 503 wait 7s
	// answered false sent false status 0 wait 0s
}

// An SDK gets the Transport as its http.RoundTripper, and each of its calls a
// context from With. Here the SDK follows a redirect, which would repeat the
// request: the second request is refused, and the Exchange has the first answer.
func ExampleWith() {
	gateway := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusTemporaryRedirect))
	defer gateway.Close()
	transport := roundtrip.NewTransport(nil)
	defer transport.CloseIdleConnections()
	sdk := &http.Client{Transport: transport} // follows redirects

	var x roundtrip.Exchange
	request, err := http.NewRequestWithContext(roundtrip.With(context.Background(), &x), http.MethodGet, gateway.URL, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	if answer, err := sdk.Do(request); err == nil {
		_ = answer.Body.Close()
	}
	fmt.Println(x.Sent(), x.Status)
	// Output:
	// true 307
}
