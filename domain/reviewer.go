package domain

// Reviewer is a valuer or supervisor who may review now, for a supervisor who chooses to whom a
// property is reassigned.
type Reviewer struct {
	ID     UserID
	Name   string
	Role   Role
	Claims int // how many properties under review they have
}

// Reviewer returns the user as a reviewer with so many claims.
func (u User) Reviewer(claims int) Reviewer {
	return Reviewer{ID: u.ID, Name: u.Name, Role: u.Role, Claims: claims}
}
