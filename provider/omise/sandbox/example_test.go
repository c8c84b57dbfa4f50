package sandbox_test

import (
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// A test serves Omise's API from its own process and points its client there.
func ExampleNew() {
	omise, err := sandbox.New(&sandbox.Options{Dials: sandbox.Dials{APIVersion: "2019-05-29"}})
	if err != nil {
		log.Fatal(err)
	}
	defer omise.Close()
	api := httptest.NewServer(omise.Handler())
	defer api.Close()

	// api.URL is where Omise is, for this test.
	fmt.Println(omise.Credentials().SecretKey)
	// Output: skey_test_qzamd5x3yquaw5laxea
}
