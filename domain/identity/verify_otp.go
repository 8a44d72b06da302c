package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyOtp logs a user in by the code that was sent to their phone. A number that logs in for
// the first time becomes a customer. Staff must go on to their second factor.
type VerifyOtp struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	IDs          ports.IDs
	Entropy      ports.Entropy
	PhoneNumbers ports.PhoneNumbers
	RateLimiter  ports.RateLimiter
	OTPs         ports.OTPs
	AccessTokens ports.AccessTokens
	// Pepper is the one that RequestOtp keyed the hashes with.
	Pepper []byte
}

// VerifyOtpInput is a phone and the code sent to it.
type VerifyOtpInput struct {
	Phone  string // as the user writes it
	Code   string
	Client domain.Client
}

// Execute uses up the code. Errors: KindInvalid for the phone, KindTooMany
// "too_many_otp_attempts", KindUnauthenticated "invalid_code" if the code is wrong, expired,
// used or was never sent, KindForbidden "user_disabled", KindUnavailable.
func (uc VerifyOtp) Execute(ctx context.Context, in VerifyOtpInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return LoginOutput{}, err
	}
	if err := otpAttempts.take(ctx, uc.RateLimiter, mac(uc.Pepper, string(phone)), now); err != nil {
		return LoginOutput{}, err
	}
	matched, err := uc.OTPs.Take(ctx, phone, otpHash(uc.Pepper, phone, in.Code), now)
	if err != nil {
		return LoginOutput{}, err
	}
	if !matched {
		return LoginOutput{}, invalidCode()
	}
	user, err := uc.findOrRegister(ctx, phone, now)
	switch {
	case err != nil:
		return LoginOutput{}, err
	case user.Disabled:
		return LoginOutput{}, domain.UserDisabled()
	case user.Role.IsStaff():
		return uc.halfway(user, now)
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (LoginOutput, error) {
		return sessionOpener{uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, tx, user, in.Client, now)
	})
}

// findOrRegister returns the user of the number. If there is none it registers a customer.
func (uc VerifyOtp) findOrRegister(ctx context.Context, phone domain.Phone, now time.Time) (domain.User, error) {
	find := func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := tx.Users.ByPhone(ctx, phone)
		if domain.IsKind(err, domain.KindNotFound) {
			user = domain.NewCustomer(domain.UserID(uc.IDs.New()), phone, now)
			err = tx.Users.Add(ctx, user)
		}
		return user, err
	}
	user, err := ports.InTx(ctx, uc.UnitOfWork, find)
	if domain.IsKind(err, domain.KindConflict) { // somebody registered the number meanwhile
		user, err = ports.InTx(ctx, uc.UnitOfWork, find)
	}
	return user, err
}

// halfway returns the token with which staff continue to their second factor.
func (uc VerifyOtp) halfway(user domain.User, now time.Time) (LoginOutput, error) {
	expires := now.Add(domain.SecondFactorTTL)
	token, err := uc.AccessTokens.Issue(domain.Identity{
		Actor: user.Actor(), ExpiresAt: expires, SecondFactorPending: true,
	})
	if err != nil {
		return LoginOutput{}, err
	}
	return LoginOutput{SecondFactor: &SecondFactorRequired{
		Token: token, ExpiresAt: expires, Enrolled: user.TOTP.Confirmed,
	}}, nil
}
