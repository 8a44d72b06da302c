package identity_test

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

// An owner logs in for the first time: the code comes by SMS, and earns a session.
func Example() {
	ctx, m := context.Background(), memory.ForTest()
	pepper := []byte("thirty-two secret bytes, not these")
	request := identity.RequestOtp{
		UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy, PhoneNumbers: m.PhoneNumbers,
		RateLimiter: m.RateLimiter, Quotas: m.Quotas, LoginAttempts: m.LoginAttempts, Afterwards: m.Afterwards,
		Messenger: m.Inbox, CodeSends: m.CodeSends, Pepper: pepper, Limits: domain.DefaultOTPLimits,
	}
	verify := identity.VerifyOtp{
		UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy, PhoneNumbers: m.PhoneNumbers,
		Quotas: m.Quotas, LoginAttempts: m.LoginAttempts, AccessTokens: m.AccessTokens, Pepper: pepper,
	}

	sent, err := request.Execute(ctx, identity.RequestOtpInput{Phone: "098123 45678"})
	if err != nil {
		fmt.Println(err)
		return
	}
	sms := m.Inbox.Messages()[0].Message
	entered := identity.VerifyOtpInput{LoginID: sent.LoginID, Phone: "98123 45678", Code: sms.Params[0]}
	login, err := verify.Execute(ctx, entered)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(login.User.Phone.Masked(), "is a", login.User.Role)
	fmt.Println("logged in until", login.Tokens.RefreshExpiresAt.In(domain.IST).Format("2 January 2006"))

	_, err = verify.Execute(ctx, entered)
	fmt.Println(domain.CodeOf(err), "the second time")

	// Output:
	// +91********78 is a CUSTOMER
	// logged in until 23 December 2026
	// invalid_code the second time
}
