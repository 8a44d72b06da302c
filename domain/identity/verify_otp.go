package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyOtp logs a user in by the code that was sent to their phone. A number that logs in for
// the first time becomes a customer. Staff must go on to their second factor, and customers whose
// number was not used for domain.NumberUnused to ConfirmPincode.
type VerifyOtp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	PhoneNumbers  ports.PhoneNumbers
	Quotas        ports.Quotas
	LoginAttempts ports.LoginAttempts
	AccessTokens  ports.AccessTokens
	// Pepper is the one that RequestOtp keyed the hashes with.
	Pepper []byte
}

// VerifyOtpInput is an attempt to log in, its phone and the code sent to it.
type VerifyOtpInput struct {
	LoginID domain.LoginID
	Phone   string // as the user writes it
	Code    string
	Client  domain.Client
	// DeviceTokens are those that earlier logins answered.
	DeviceTokens []string
}

// Execute uses up the code. A wrong one counts against its attempt and against the client, but not
// against the number, so that strangers cannot lock it out. Errors: KindInvalid for the phone,
// KindUnauthenticated "invalid_code" if the code is wrong, expired, used or of another attempt,
// KindTooMany "too_many_otp_attempts" after many of those from one client that is not known to the
// number, KindForbidden "user_disabled", KindUnavailable.
func (uc VerifyOtp) Execute(ctx context.Context, in VerifyOtpInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return LoginOutput{}, err
	}
	if err := uc.check(ctx, in, phone, now); err != nil {
		return LoginOutput{}, err
	}
	enter := func(ctx context.Context, tx ports.Tx) (LoginOutput, error) { return uc.enter(ctx, tx, in, phone, now) }
	out, err := ports.InTx(ctx, uc.UnitOfWork, enter)
	if domain.IsKind(err, domain.KindConflict) { // somebody registered the number meanwhile
		out, err = ports.InTx(ctx, uc.UnitOfWork, enter)
	}
	if err == nil && out.Pincode != nil {
		err = uc.LoginAttempts.Begin(ctx, pincodeAttempt(uc.Pepper, *out.Pincode, phone))
	}
	if err != nil {
		return LoginOutput{}, err
	}
	return out, nil
}

// check tries the code.
func (uc VerifyOtp) check(ctx context.Context, in VerifyOtpInput, phone domain.Phone, now time.Time) error {
	known, err := uc.known(ctx, phone, in.DeviceTokens, now)
	if err != nil {
		return err
	}
	miss := misses{quotas: uc.Quotas}
	if !known {
		if err := miss.take(ctx, uc.Pepper, now); err != nil {
			return err
		}
	}
	check, err := uc.LoginAttempts.Try(ctx, in.LoginID, otpHash(uc.Pepper, in.LoginID, phone, in.Code), now)
	if err != nil {
		return err
	}
	if check != domain.CodeMatched {
		return invalidCode()
	}
	miss.giveBack(ctx)
	return nil
}

// known reports whether the client is known to the number.
func (uc VerifyOtp) known(ctx context.Context, phone domain.Phone, tokens []string, now time.Time) (bool, error) {
	if len(tokens) == 0 {
		return false, nil
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (bool, error) {
		user, err := tx.Users.ByPhone(ctx, phone)
		if err != nil && !domain.IsKind(err, domain.KindNotFound) {
			return false, err
		}
		device, err := knownDevice(ctx, tx, user.ID, tokens, now)
		return device.TokenHash != "", err
	})
}

// enter logs in the user of the number, whom it registers if there is none, as far as the code alone
// suffices.
func (uc VerifyOtp) enter(ctx context.Context, tx ports.Tx, in VerifyOtpInput, phone domain.Phone, now time.Time) (LoginOutput, error) {
	user, err := lockByPhone(ctx, tx, phone)
	switch {
	case domain.IsKind(err, domain.KindNotFound):
		user = domain.NewCustomer(domain.UserID(uc.IDs.New()), phone, now)
		err = tx.Users.Add(ctx, user)
	case err != nil:
		return LoginOutput{}, err
	case user.Disabled:
		return LoginOutput{}, domain.UserDisabled()
	case user.Role.IsStaff():
		return uc.halfway(user, now)
	case user.NumberUnused(now):
		return LoginOutput{Pincode: &PincodeRequired{LoginID: domain.LoginID(uc.IDs.New()), ExpiresAt: now.Add(domain.OTPTTL)}}, nil
	default:
		user.LoggedIn(now)
		err = tx.Users.Update(ctx, &user)
	}
	if err != nil {
		return LoginOutput{}, err
	}
	return sessionOpener{uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, tx, user, in.Client, in.DeviceTokens, now)
}

// lockByPhone locks the user of the number. Errors: KindNotFound "user_not_found", KindConflict
// "phone_taken" if the number goes to somebody else meanwhile.
func lockByPhone(ctx context.Context, tx ports.Tx, phone domain.Phone) (domain.User, error) {
	user, err := tx.Users.ByPhone(ctx, phone)
	if err != nil {
		return domain.User{}, err
	}
	user, err = tx.Users.Lock(ctx, user.ID)
	if err == nil && user.Phone != phone {
		return domain.User{}, domain.PhoneTaken()
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
