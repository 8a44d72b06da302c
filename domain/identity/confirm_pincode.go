package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ConfirmPincode continues the login of a customer whose number was not used for
// domain.NumberUnused. Operators reissue numbers, so its holder names a pincode of the customer's
// properties, or begins anew as another person.
type ConfirmPincode struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	PhoneNumbers  ports.PhoneNumbers
	LoginAttempts ports.LoginAttempts
	AccessTokens  ports.AccessTokens
	// Pepper is the one that VerifyOtp keyed the hashes with.
	Pepper []byte
}

// ConfirmPincodeInput is the login that VerifyOtp answered, and the pincode.
type ConfirmPincodeInput struct {
	LoginID domain.LoginID
	Phone   string // as the user writes it
	// Pincode is one of a property of the customer; empty to begin anew at once.
	Pincode string
	Client  domain.Client
	// DeviceTokens are those that earlier logins answered.
	DeviceTokens []string
}

// pincodeAttempt returns the attempt that waits for a pincode. Its hash proves that the client had
// the code that was sent to the number.
func pincodeAttempt(pepper []byte, p PincodeRequired, phone domain.Phone) domain.LoginAttempt {
	return domain.LoginAttempt{
		ID: p.LoginID, Subject: mac(pepper, string(phone)), ExpiresAt: p.ExpiresAt,
		CodeHash: mac(pepper, "pincode:"+string(p.LoginID)+":"+string(phone)),
	}
}

// Execute logs the customer in if one of their properties has the pincode. A wrong one is counted
// with the customer, and is answered alike if there is no property. With the miss number
// domain.PincodeTries, or without a pincode, the holder of the number becomes a new customer, and
// the former one keeps cases and history without the number. Errors: KindInvalid for the phone,
// KindUnauthenticated "login_ended" and "wrong_pincode", KindForbidden "user_disabled",
// KindUnavailable.
func (uc ConfirmPincode) Execute(ctx context.Context, in ConfirmPincodeInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return LoginOutput{}, err
	}
	// The attempt is used up, so that tries cannot race, and begun again after a wrong pincode.
	waiting := pincodeAttempt(uc.Pepper, PincodeRequired{LoginID: in.LoginID, ExpiresAt: now.Add(domain.OTPTTL)}, phone)
	check, err := uc.LoginAttempts.Try(ctx, waiting.ID, waiting.CodeHash, now)
	if err != nil {
		return LoginOutput{}, err
	}
	if check != domain.CodeMatched {
		return LoginOutput{}, loginEnded()
	}
	out, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (LoginOutput, error) {
		return uc.enter(ctx, tx, in, phone, now)
	})
	switch {
	case err != nil:
		return LoginOutput{}, err
	case out.Tokens == nil: // committed with the miss
		if err := uc.LoginAttempts.Begin(ctx, waiting); err != nil {
			return LoginOutput{}, err
		}
		return LoginOutput{}, domain.Unauthenticated("wrong_pincode", "none of your properties has this pincode")
	}
	return out, nil
}

// enter returns a login without tokens if the pincode is wrong and may be tried again.
func (uc ConfirmPincode) enter(ctx context.Context, tx ports.Tx, in ConfirmPincodeInput, phone domain.Phone, now time.Time) (LoginOutput, error) {
	user, err := lockByPhone(ctx, tx, phone)
	switch {
	case domain.IsKind(err, domain.KindNotFound), domain.IsKind(err, domain.KindConflict), err == nil && user.Role.IsStaff():
		return LoginOutput{}, loginEnded() // the number went to somebody else meanwhile, or to staff, who have a second factor
	case err != nil:
		return LoginOutput{}, err
	case user.Disabled:
		return LoginOutput{}, domain.UserDisabled()
	}
	proved := !user.NumberUnused(now) // by another login of the number's holder meanwhile
	if !proved && in.Pincode != "" {
		if proved, err = tx.Properties.HasPincode(ctx, user.ID, in.Pincode); err != nil {
			return LoginOutput{}, err
		}
	}
	switch {
	case proved:
		user.LoggedIn(now)
		err = tx.Users.Update(ctx, &user)
	case in.Pincode != "" && user.MissPincode():
		return LoginOutput{}, tx.Users.Update(ctx, &user)
	default:
		user, err = uc.startAnew(ctx, tx, user, now)
	}
	if err != nil {
		return LoginOutput{}, err
	}
	return sessionOpener{uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, tx, user, in.Client, in.DeviceTokens, now)
}

func loginEnded() error {
	return domain.Unauthenticated("login_ended", "the login has ended; ask for another code")
}

// startAnew takes the number from its former customer, who is told nothing, and returns a new one who
// has it.
func (uc ConfirmPincode) startAnew(ctx context.Context, tx ports.Tx, former domain.User, now time.Time) (domain.User, error) {
	phone := former.Phone
	if err := takeNumber(ctx, tx, &former, now); err != nil {
		return domain.User{}, err
	}
	user := domain.NewCustomer(domain.UserID(uc.IDs.New()), phone, now)
	if err := tx.Users.Add(ctx, user); err != nil {
		return domain.User{}, err
	}
	return user, tx.Security.Append(ctx, domain.SecurityEvent{
		At: now, Code: domain.SecurityNumberReissued, ActorID: user.ID, ActorRole: user.Role, TargetID: former.ID,
	})
}
