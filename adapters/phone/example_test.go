package phone_test

import (
	"fmt"

	"github.com/propflow/propflow/adapters/phone"
)

func ExampleNumbers_Parse() {
	number, err := phone.Numbers{}.Parse("098123 45678")
	fmt.Println(number, number.Masked(), err)

	_, err = phone.Numbers{}.Parse("022 2778 3456")
	fmt.Println(err)
	// Output:
	// +919812345678 +91********78 <nil>
	// invalid_input: the input breaks a rule; phone: must be a mobile number, because a code is sent to it by SMS
}
