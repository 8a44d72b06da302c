package stack

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/secretbox"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
)

// SeededCity is the city of the comparables that Hire adds.
const SeededCity = "Bengaluru"

// totpKey is the TOTP_KEY of every process.
const totpKey = "a key of second factors for tests"

// Recruit makes staff with second factors, valuers first. They are meant to log in once each
// and share the access token, because an authenticator code works only once.
func Recruit(valuers, supervisors int) ([]identity.StaffSeed, error) {
	factors := totp.New("PropFlow", system.Entropy{})
	var staff []identity.StaffSeed
	for i := range valuers + supervisors {
		secret, _, err := factors.Enrol("stack")
		if err != nil {
			return nil, err
		}
		role := domain.RoleValuer
		if i >= valuers {
			role = domain.RoleSupervisor
		}
		staff = append(staff, identity.StaffSeed{
			Phone: domain.Phone(fmt.Sprintf("+9198000%05d", i)), Name: "Staff " + strconv.Itoa(i), Role: role, TOTPSecret: secret,
		})
	}
	return staff, nil
}

// Store opens the database without Toxiproxy. The caller must close it.
func (s *Stack) Store(ctx context.Context) (*postgres.Store, error) {
	return postgres.Open(ctx, s.Postgres.Member.Link(), postgres.Options{MaxConns: 4, Logger: slog.New(slog.DiscardHandler)})
}

// Hire adds the staff, and the comparables of SeededCity for their valuations. The last of the
// staff enters them, a supervisor who values nothing: a valuer's own sales do not count.
func (s *Stack) Hire(ctx context.Context, staff []identity.StaffSeed) error {
	store, err := s.Store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	box, err := secretbox.New(system.Entropy{}, []byte(totpKey))
	if err != nil {
		return err
	}
	add := identity.SeedStaff{UnitOfWork: store, Clock: system.Clock{}, IDs: system.IDs{}, SecretBox: box}
	if err := add.Execute(ctx, identity.SeedStaffInput{Staff: staff}); err != nil {
		return err
	}
	return store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		by, err := tx.Users.ByPhone(ctx, staff[len(staff)-1].Phone)
		if err != nil {
			return err
		}
		for _, sale := range demodata.Comparables(time.Now(), system.IDs{}.New) {
			if sale.CreatedBy = by.ID; sale.City != SeededCity {
				continue
			}
			if err := tx.Comparables.Add(ctx, sale); err != nil {
				return err
			}
		}
		return nil
	})
}

// Login requests a code, reads it from the fake Twilio and logs in with it. secret is that of
// the authenticator, if the user has one. Login does not retry anything, but client may.
func (s *Stack) Login(ctx context.Context, url string, client propflow.HttpRequestDoer, phone, secret string) (propflow.Authenticated, error) {
	guest, err := propflow.New(url, "", client)
	if err != nil {
		return propflow.Authenticated{}, err
	}
	before := s.Vendors.Twilio.OTP(phone)
	sent, err := guest.RequestOtpWithResponse(ctx, nil, propflow.RequestOtpRequest{Phone: phone})
	if err != nil {
		return propflow.Authenticated{}, err
	}
	patience, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	code, err := s.Vendors.Twilio.AwaitOTP(patience, phone, before)
	if err != nil {
		return propflow.Authenticated{}, err
	}
	answer, err := guest.VerifyOtpWithResponse(ctx, nil, propflow.VerifyOtpRequest{LoginID: sent.JSON202.LoginID, Phone: phone, Code: code})
	if err != nil {
		return propflow.Authenticated{}, err
	}
	outcome, err := answer.JSON200.ValueByDiscriminator()
	if err != nil {
		return propflow.Authenticated{}, err
	}
	switch got := outcome.(type) {
	case propflow.Authenticated:
		return got, nil
	case propflow.SecondFactorRequired:
		halfway, err := propflow.New(url, got.SecondFactorToken, client)
		if err != nil {
			return propflow.Authenticated{}, err
		}
		code := totp.SecondFactors{}.Code(secret, time.Now())
		answer, err := halfway.VerifyTotpWithResponse(ctx, nil, propflow.VerifyTotpRequest{Code: &code})
		if err != nil {
			return propflow.Authenticated{}, err
		}
		return *answer.JSON200, nil
	default:
		return propflow.Authenticated{}, fmt.Errorf("unknown outcome of a login: %T", outcome)
	}
}
