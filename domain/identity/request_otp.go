package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RequestOtp begins an attempt to log in by a one-time password that is sent to a phone. The answer
// is always the same and takes the same time, so that it does not reveal whose number it is, or
// whether it is anyone's: what depends on that is done afterwards.
type RequestOtp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	PhoneNumbers  ports.PhoneNumbers
	RateLimiter   ports.RateLimiter
	Quotas        ports.Quotas
	LoginAttempts ports.LoginAttempts
	Afterwards    ports.Afterwards
	Messenger     ports.Messenger
	CodeSends     ports.CodeSends
	// Pepper keys the hashes of codes; VerifyOtp needs the same.
	Pepper []byte
	Limits domain.OTPLimits
}

// RequestOtpInput is the phone, and what the client kept of earlier logins.
type RequestOtpInput struct {
	Phone string // as the user writes it
	// LoginID is the attempt that needs another code; empty for a new attempt.
	LoginID domain.LoginID
	// DeviceTokens are those that earlier logins answered.
	DeviceTokens []string
}

// RequestOtpOutput is the attempt, how long its code is valid, and when to ask for another.
type RequestOtpOutput struct {
	LoginID   domain.LoginID
	ExpiresAt time.Time
	// ResendAfter is how long a client should wait before it offers to send another code.
	ResendAfter time.Duration
}

// addressee is who a code is for.
type addressee struct {
	phone  domain.Phone
	user   domain.User   // empty if the number is nobody's
	device domain.Device // empty if the client is not known to the number
}

// Execute stores the keyed hash of a fresh code and has the code sent by SMS. It belongs to one
// attempt: other attempts of the number go on. Disabled users are sent nothing. Errors: KindInvalid
// for the phone, KindTooMany "too_many_otp_requests", KindUnavailable.
func (uc RequestOtp) Execute(ctx context.Context, in RequestOtpInput) (RequestOtpOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	perClient := limit{"otp_client", "too_many_otp_requests", uc.Limits.PerClient, time.Hour}
	if err := perClient.take(ctx, uc.RateLimiter, mac(uc.Pepper, ports.ClientOf(ctx)), now); err != nil {
		return RequestOtpOutput{}, err
	}
	to, err := uc.addressee(ctx, phone, in.DeviceTokens, now)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	if err := uc.limit(ctx, to, in.LoginID, now); err != nil {
		return RequestOtpOutput{}, err
	}
	code := newOTP(uc.Entropy)
	attempt, err := uc.begin(ctx, in.LoginID, phone, code, now)
	if err != nil {
		return RequestOtpOutput{}, err
	}
	err = uc.Afterwards.Do(ctx, func(ctx context.Context) { uc.send(ctx, to, attempt.ID, code) })
	if err != nil {
		return RequestOtpOutput{}, err
	}
	return RequestOtpOutput{LoginID: attempt.ID, ExpiresAt: attempt.ExpiresAt, ResendAfter: uc.Limits.ResendAfter}, nil
}

// addressee returns who the number belongs to, and whether the client is known to it. It asks the
// same of the store for every number.
func (uc RequestOtp) addressee(ctx context.Context, phone domain.Phone, tokens []string, now time.Time) (addressee, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (addressee, error) {
		user, err := tx.Users.ByPhone(ctx, phone)
		if err != nil && !domain.IsKind(err, domain.KindNotFound) {
			return addressee{}, err
		}
		device, err := knownDevice(ctx, tx, user.ID, tokens, now)
		return addressee{phone, user, device}, err
	})
}

// limit takes a send of the number. Clients that are not known to it share one limit, and each known
// device has its own, so that strangers cannot use it up. After a send that failed, the next one of
// the same attempt need not wait.
func (uc RequestOtp) limit(ctx context.Context, to addressee, id domain.LoginID, now time.Time) error {
	limits := uc.Limits
	if id != "" {
		failed, err := uc.LoginAttempts.TakeUndelivered(ctx, id, mac(uc.Pepper, string(to.phone)), now)
		if err != nil {
			return err
		}
		if failed {
			limits.ResendAfter = 0
		}
	}
	key := "otp_number:" + mac(uc.Pepper, string(to.phone))
	if to.device.TokenHash != "" {
		key = "otp_device:" + mac(uc.Pepper, string(to.phone)+to.device.TokenHash)
	}
	state, err := uc.Quotas.Take(ctx, key, limits.Number(), now)
	if err != nil {
		return err
	}
	if state.Wait > 0 {
		return tooMany("too_many_otp_requests", state.Wait)
	}
	return nil
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

// send sends the code, unless its addressee is disabled, and records what became of it.
func (uc RequestOtp) send(ctx context.Context, to addressee, id domain.LoginID, code string) {
	if to.user.Disabled {
		return
	}
	result := uc.deliver(ctx, to, code)
	if result.Outcome == ports.CodeFailed {
		// If this fails too, the next send of the attempt waits as long as any other.
		_ = uc.LoginAttempts.Undelivered(ctx, id)
	}
	uc.CodeSends.Record(ctx, result)
}

// deliver sends the code if the budget allows.
func (uc RequestOtp) deliver(ctx context.Context, to addressee, code string) ports.CodeSend {
	take := uc.Quotas.Add
	if to.user.ID == "" {
		take = uc.Quotas.Take
	}
	budget, err := take(ctx, "otp_budget", uc.Limits.Budget(), uc.Clock.Now())
	result := ports.CodeSend{Outcome: ports.CodeFailed, BudgetUsed: budget.Used, Err: err}
	switch {
	case err != nil:
		return result
	case budget.Wait > 0:
		result.Outcome = ports.CodeWithheld
		return result
	}
	_, result.Err = uc.Messenger.Send(ctx, otpMessage(to.phone, to.user.Language, code))
	switch {
	case result.Err == nil:
		result.Outcome = ports.CodeSent
	case domain.IsKind(result.Err, domain.KindInvalid):
		result.Outcome = ports.CodeRefused
	}
	return result
}
