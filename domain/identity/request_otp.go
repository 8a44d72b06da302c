package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RequestOtp sends a one-time password to a phone. The answer is always the same, so that it
// does not reveal whose number it is, or whether it is anyone's.
type RequestOtp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	PhoneNumbers  ports.PhoneNumbers
	RateLimiter   ports.RateLimiter
	LoginAttempts ports.LoginAttempts
	Messenger     ports.Messenger
	// Pepper keys the hashes of codes; VerifyOtp needs the same.
	Pepper []byte
	// PerClient is the maximum number of codes that one client address may request per hour; 0
	// means OTPPerClient.
	PerClient int
}

// RequestOtpInput is the phone, and the address of the client that asks.
type RequestOtpInput struct {
	Phone string // as the user writes it
	// LoginID is the attempt that needs another code; empty for a new attempt.
	LoginID domain.LoginID
	Client  string // IP address
}

// RequestOtpOutput is the attempt, how long its code is valid, and when to ask for another.
type RequestOtpOutput struct {
	LoginID   domain.LoginID
	ExpiresAt time.Time
	// ResendAfter is how long a client should wait before it offers to send another code.
	ResendAfter time.Duration
}

// Execute stores the keyed hash of a fresh code and sends the code by SMS. It belongs to one
// attempt: other attempts of the number go on. Disabled users are sent nothing. Errors: KindInvalid for the phone, and
// "number_refused" if no message can be delivered to it, KindTooMany
// "too_many_otp_requests", KindUnavailable.
func (uc RequestOtp) Execute(ctx context.Context, in RequestOtpInput) (RequestOtpOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	if err := uc.limit(ctx, phone, in.Client, now); err != nil {
		return RequestOtpOutput{}, err
	}
	user, err := uc.addressee(ctx, phone)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	code := newOTP(uc.Entropy)
	attempt, err := uc.begin(ctx, in.LoginID, phone, code, now)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	if !user.Disabled {
		if _, err := uc.Messenger.Send(ctx, otpMessage(phone, user.Language, code)); err != nil {
			return RequestOtpOutput{}, err
		}
	}
	return RequestOtpOutput{LoginID: attempt.ID, ExpiresAt: attempt.ExpiresAt, ResendAfter: domain.OTPResendAfter}, nil
}

// begin gives the code to the attempt of that id, or to a new one if there is none.
func (uc RequestOtp) begin(ctx context.Context, id domain.LoginID, phone domain.Phone, code string, now time.Time) (domain.LoginAttempt, error) {
	attempt := func(id domain.LoginID) domain.LoginAttempt {
		return domain.LoginAttempt{
			ID: id, Subject: mac(uc.Pepper, string(phone)), CodeHash: otpHash(uc.Pepper, id, phone, code), ExpiresAt: now.Add(domain.OTPTTL),
		}
	}
	if id != "" {
		again := attempt(id)
		if renewed, err := uc.LoginAttempts.Renew(ctx, again, now); err != nil || renewed {
			return again, err
		}
	}
	fresh := attempt(domain.LoginID(uc.IDs.New()))
	return fresh, uc.LoginAttempts.Begin(ctx, fresh)
}

// limit takes a try of the client's limit first, so that one client alone cannot use up the
// limits of many phones.
func (uc RequestOtp) limit(ctx context.Context, phone domain.Phone, client string, now time.Time) error {
	perClient := otpPerClient
	if uc.PerClient > 0 {
		perClient.most = uc.PerClient
	}
	if err := perClient.take(ctx, uc.RateLimiter, mac(uc.Pepper, network(client)), now); err != nil {
		return err
	}
	return otpPerPhone.take(ctx, uc.RateLimiter, mac(uc.Pepper, string(phone)), now)
}

// addressee returns the user of the number. If there is none, it returns an empty user whose
// language is English.
func (uc RequestOtp) addressee(ctx context.Context, phone domain.Phone) (domain.User, error) {
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.ByPhone(ctx, phone)
	})
	if domain.IsKind(err, domain.KindNotFound) {
		return domain.User{Language: domain.English}, nil
	}
	return user, err
}
