package domain

import (
	"slices"
	"time"
)

// Role decides what a user may do. A user has one role.
type Role string

// The roles. RoleSystem is PropFlow itself: its worker and its scheduler.
const (
	RoleCustomer   Role = "CUSTOMER"
	RoleValuer     Role = "VALUER"
	RoleSupervisor Role = "SUPERVISOR"
	RoleAdmin      Role = "ADMIN"
	RoleSystem     Role = "SYSTEM"
)

// StaffRoles are the roles that an ADMIN gives and that need a second factor.
var StaffRoles = []Role{RoleValuer, RoleSupervisor, RoleAdmin}

// IsStaff reports whether the role belongs to the lender's staff.
func (r Role) IsStaff() bool { return slices.Contains(StaffRoles, r) }

// Reviews reports whether the role works the review queue.
func (r Role) Reviews() bool { return r == RoleValuer || r == RoleSupervisor }

// Actor is who does something: a user in a role, or the system.
type Actor struct {
	ID   UserID
	Role Role
}

// System is PropFlow itself as an actor.
var System = Actor{Role: RoleSystem}

// Language is a language that PropFlow writes to people in.
type Language string

// The languages.
const (
	English Language = "en"
	Hindi   Language = "hi"
)

// Languages lists every Language.
var Languages = []Language{English, Hindi}

// Phone is a phone number in E.164 form, e.g. +919812345678. It identifies a user and is
// personal data: log Masked only.
type Phone string

// Masked returns the number with all but its country code and last two digits hidden.
func (p Phone) Masked() string {
	if len(p) < 7 {
		return "***"
	}
	return string(p[:3]) + "********" + string(p[len(p)-2:])
}

// User is a person, identified by a phone number.
type User struct {
	ID       UserID
	Phone    Phone  // empty once the person asked for erasure, or the number was reissued
	Email    Email  // of staff, empty if none is known
	Name     string // empty until the user gives one
	Role     Role
	Language Language
	Disabled bool
	TOTP     TOTP
	// Enrolment permits staff to enrol a second factor.
	Enrolment Enrolment
	// LastLoginAt is when a customer logged in last.
	LastLoginAt time.Time
	// PincodeMisses counts the wrong pincodes since then, which the holder of a number that was not
	// used for NumberUnused named.
	PincodeMisses int
	// CreatedAt and UpdatedAt are UTC.
	CreatedAt, UpdatedAt time.Time
	Version              int64
}

// PhoneTaken returns the error for a number that is somebody else's: KindConflict "phone_taken".
func PhoneTaken() error { return Conflict("phone_taken", "another user has this phone number") }

// MayReview returns a KindForbidden error, "user_disabled" or "role_not_allowed", unless the user
// can review now. A token may still be valid for what its user was before.
func (u User) MayReview() error {
	switch {
	case u.Disabled:
		return UserDisabled()
	case !u.Role.Reviews():
		return notReviewer()
	}
	return nil
}

// UserDisabled returns the error of a user whose access has ended.
func UserDisabled() error { return Forbidden("user_disabled", "this account is disabled") }

func notReviewer() error {
	return Forbidden("role_not_allowed", "only valuers and supervisors review")
}

// Actor returns the user as an actor.
func (u User) Actor() Actor { return Actor{ID: u.ID, Role: u.Role} }

// NumberUnused reports whether the number of a customer may have been reissued to somebody else, since
// nobody logged in with it for NumberUnused. Staff have a second factor.
func (u User) NumberUnused(now time.Time) bool {
	return !u.Role.IsStaff() && !u.LastLoginAt.IsZero() && now.Sub(u.LastLoginAt) >= NumberUnused
}

// LoggedIn notes a login.
func (u *User) LoggedIn(now time.Time) { u.LastLoginAt, u.PincodeMisses = now, 0 }

// MissPincode counts a wrong pincode and reports whether another may be named.
func (u *User) MissPincode() bool {
	u.PincodeMisses++
	return u.PincodeMisses < PincodeTries
}

// LoseNumber takes the number from a user, because it is somebody else's now. No message reaches the
// user any more.
func (u *User) LoseNumber(now time.Time) { u.Phone, u.PincodeMisses, u.UpdatedAt = "", 0, now }

// NewCustomer registers the owner of a phone number as a customer.
func NewCustomer(id UserID, phone Phone, now time.Time) User {
	return User{ID: id, Phone: phone, Role: RoleCustomer, Language: English, LastLoginAt: now, CreatedAt: now, UpdatedAt: now}
}

// NewStaff creates a member of staff. It returns a KindInvalid error if the role is not a staff
// role, or if the name is missing, too long or more than one line.
func NewStaff(id UserID, phone Phone, name string, role Role, now time.Time) (User, error) {
	if err := validateStaff(name, role); err != nil {
		return User{}, err
	}
	return User{ID: id, Phone: phone, Name: name, Role: role, Language: English, CreatedAt: now, UpdatedAt: now}, nil
}

func validateStaff(name string, role Role) error {
	var v Violations
	v.Require(role.IsStaff(), "role", "enum", "must be VALUER, SUPERVISOR or ADMIN")
	v.Require(lineWithin(name, 2, 100), "name", "length", "must be 2 to 100 characters on one line")
	return v.Err()
}

// StaffChange is a change to a member of staff by an ADMIN. A nil field changes nothing.
type StaffChange struct {
	Name      *string
	Role      *Role
	Disabled  *bool
	ResetTOTP bool // the next login enrols a new second factor, with a new enrolment code
	// Email is the new address as the ADMIN wrote it. RemoveEmail removes the address. They
	// exclude each other.
	Email       *string
	RemoveEmail bool
}

// ChangeStaff applies an ADMIN's change. It returns KindNotFound for a customer, KindInvalid
// for a bad name, role or address, and KindConflict "own_account" if ADMINs would change their own
// access: its role, its end or its return, or its second factor.
func (u *User) ChangeStaff(by Actor, c StaffChange, now time.Time) error {
	if !u.Role.IsStaff() {
		return NotFound("staff")
	}
	if by.ID == u.ID && c.changesAccess(*u) {
		return ownAccount()
	}
	name, role := u.Name, u.Role
	if c.Name != nil {
		name = *c.Name
	}
	if c.Role != nil {
		role = *c.Role
	}
	email, err := c.email(u.Email)
	if err != nil {
		return err
	}
	if err := validateStaff(name, role); err != nil {
		return err
	}
	u.Name, u.Role, u.Email, u.UpdatedAt = name, role, email, now
	if c.Disabled != nil {
		u.Disabled = *c.Disabled
	}
	if c.ResetTOTP {
		u.TOTP, u.Enrolment = TOTP{}, Enrolment{}
	}
	return nil
}

// changesAccess reports whether the change is one of what the user may do, or of how they prove who
// they are.
func (c StaffChange) changesAccess(u User) bool {
	return c.Role != nil && *c.Role != u.Role || c.Disabled != nil && *c.Disabled != u.Disabled || c.ResetTOTP
}

func ownAccount() error {
	return Conflict("own_account", "another ADMIN must change your role, access or second factor")
}

// KeepAnAdmin returns nil if by may take the role or the access of one of the ADMINs, who are those
// that have both now. It returns KindConflict "last_admin" if nobody else would be left, and
// KindForbidden "role_not_allowed" if by is none of them any more: another ADMIN was faster.
func KeepAnAdmin(admins []UserID, by Actor, from UserID) error {
	if !slices.ContainsFunc(admins, func(id UserID) bool { return id != from }) {
		return Conflict("last_admin", "this is the last ADMIN who has access; add another one first")
	}
	if !slices.Contains(admins, by.ID) {
		return Forbidden("role_not_allowed", "only ADMINs who have access may do this")
	}
	return nil
}

// IsAdmin reports whether the user may act as an ADMIN.
func (u User) IsAdmin() bool { return u.Role == RoleAdmin && !u.Disabled }

// email returns the address after the change.
func (c StaffChange) email(current Email) (Email, error) {
	var v Violations
	v.Require(c.Email == nil || !c.RemoveEmail, "remove_email", "exclusive", "give an address or remove it, not both")
	switch {
	case len(v) > 0:
		return current, v.Err()
	case c.RemoveEmail:
		return "", nil
	case c.Email != nil:
		return ParseEmail(*c.Email)
	}
	return current, nil
}

// ChangeProfile changes a user's own name and language. Nil changes nothing. It returns a
// KindInvalid error for a bad name or language, and KindForbidden "name_set_by_admin" if a member of
// staff would change their name: it is in reports, as that of who answers for them.
func (u *User) ChangeProfile(name *string, language *Language, now time.Time) error {
	if name != nil && u.Role.IsStaff() {
		return Forbidden("name_set_by_admin", "only an ADMIN changes the name of a member of staff")
	}
	var v Violations
	v.Require(name == nil || lineWithin(*name, 2, 100), "name", "length", "must be 2 to 100 characters on one line")
	v.Require(language == nil || slices.Contains(Languages, *language), "language", "enum", "must be en or hi")
	if err := v.Err(); err != nil {
		return err
	}
	if name != nil {
		u.Name = *name
	}
	if language != nil {
		u.Language = *language
	}
	u.UpdatedAt = now
	return nil
}
