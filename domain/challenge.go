package domain

import "time"

// ChallengeTTL is how long a capture challenge may be used (docs/domain.md, "Photos").
const ChallengeTTL = 5 * time.Minute

// Challenge proves that a photo was not taken before it was asked for. It can be used once, and
// is bound to one user, property and subject.
type Challenge struct {
	ID         ChallengeID
	UserID     UserID
	PropertyID PropertyID
	Subject    Subject
	IssuedAt   time.Time
	ExpiresAt  time.Time
	UsedAt     time.Time // zero until used
}

// NewChallenge issues a challenge that expires after ChallengeTTL. It returns a KindInvalid error
// if the subject is not valid.
func NewChallenge(id ChallengeID, user UserID, property PropertyID, subject Subject, now time.Time) (Challenge, error) {
	if err := subject.Validate(); err != nil {
		return Challenge{}, err
	}
	return Challenge{
		ID: id, UserID: user, PropertyID: property, Subject: subject,
		IssuedAt: now, ExpiresAt: now.Add(ChallengeTTL),
	}, nil
}

// Use consumes the challenge for a photo. It returns KindConflict errors: "challenge_replayed",
// "challenge_expired", and "challenge_mismatch" if it was issued for another property or subject.
// For a challenge of another user it returns a KindNotFound error, because users must not learn
// what exists of others.
func (c *Challenge) Use(user UserID, property PropertyID, subject Subject, now time.Time) error {
	switch {
	case c.UserID != user:
		return NotFound("challenge")
	case c.PropertyID != property || c.Subject != subject:
		return Conflict("challenge_mismatch", "the challenge was issued for another property, type or room")
	case !c.UsedAt.IsZero():
		return Conflict("challenge_replayed", "the challenge was already used; ask for a new one before each shot")
	case !now.Before(c.ExpiresAt):
		return Conflict("challenge_expired", "the challenge has expired; ask for a new one just before the shot")
	}
	c.UsedAt = now
	return nil
}
