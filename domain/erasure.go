package domain

import "time"

// Erasure is a person's request that everything held about them be erased, and how far that is.
// Until its end it keeps what the law demands to be kept about the person, where nobody reads it.
type Erasure struct {
	UserID  UserID
	AskedAt time.Time
	// Phone and Name are the person's, empty unless a case is kept that needs them.
	Phone      Phone
	Name       string
	FinishedAt time.Time // zero until the last case is purged
	Version    int64
}

// Erase takes phone number and name from the user and ends their access for good. The number is
// free for a new person.
func (u *User) Erase(now time.Time) {
	u.Phone, u.Name, u.Email, u.Disabled, u.TOTP, u.UpdatedAt = "", "", "", true, TOTP{}, now
}

// Erased reports whether the user has asked for erasure.
func (u User) Erased() bool { return u.Phone == "" && u.Disabled }

// ErasureRequested returns the error of a person who asked for erasure before.
func ErasureRequested() error {
	return Conflict("erasure_requested", "you have asked for erasure already")
}

// Restrict makes a decided case invisible to staff because its owner asked for erasure. Its
// retention goes on. Errors: KindForbidden "not_owner", KindConflict "illegal_transition" before the
// decision.
func (p *Property) Restrict(by Actor, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	if !p.State.Decided() {
		return Change{}, illegal(p.State, ActionRestricted)
	}
	p.RestrictedAt, p.UpdatedAt = now, now
	return p.change(ActionRestricted, p.State, by, now), nil
}

// Restricted reports whether the owner asked for erasure, so that the case is kept but not used.
func (p Property) Restricted() bool { return !p.RestrictedAt.IsZero() }
