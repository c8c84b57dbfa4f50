package strictjson_test

import (
	"fmt"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// What two readers could understand differently is refused.
func ExampleDecode() {
	for _, content := range []string{
		`{"id": "pay_1", "amount": 100000, "livemode": false}`,
		`{"id": "pay_1", "amount": 100000, "amount": 1}`,
		`{"id": "pay_1", "amount": 1e5}`,
		`{"id": "pay_1", "amount": 100000} {}`,
	} {
		var payment struct {
			ID     string `json:"id"`
			Amount int64  `json:"amount"`
		}
		err := strictjson.Decode([]byte(content), 1<<20, &payment)
		fmt.Println(payment.Amount, err)
	}
	// Output:
	// 100000 <nil>
	// 0 it has a name twice in one object
	// 0 it has a value of another type than documented (amount)
	// 0 it is not one JSON object
}
