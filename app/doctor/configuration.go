package doctor

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/domain"
)

// configuration returns the check that reports all faults of the environment, and settings that
// are unwise in production.
func (d Doctor) configuration() []check {
	const subject area = "configuration"
	return []check{{string(subject), "environment", func(context.Context) []Finding {
		found := make([]Finding, 0, len(d.Faults))
		for _, fault := range d.Faults {
			found = append(found, subject.find(Critical, "set the variable as docs/configuration.md says, and deploy: no process starts without", "%v", fault))
		}
		if len(found) == 0 {
			found = append(found, subject.ok("every variable can be used"))
		}
		if public := d.Config.PublicURL; strings.HasPrefix(public, "http://") && !local(public) {
			found = append(found, subject.find(Warning, "set PUBLIC_URL to the https address", "PUBLIC_URL is plain http: tokens and codes can be read on the way"))
		}
		if !d.Config.SecondAdmin && len(d.Faults) == 0 {
			found = append(found, subject.find(Warning, "remove SECOND_ADMIN, and add a second ADMIN: propflow staff add --role ADMIN",
				"SECOND_ADMIN is false: one ADMIN grants every role and changes every setting alone"))
		}
		return found
	}}}
}

// admins returns the check that somebody can confirm what an ADMIN proposes.
func (d Doctor) admins(b *database) []check {
	if !d.Config.SecondAdmin {
		return nil
	}
	const subject area = "configuration"
	return []check{b.on(subject, "ADMINs", func(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
		found, err := rows[struct{ N int }](ctx, pool, "SELECT count(*)::integer AS n FROM users WHERE role = $1 AND NOT disabled", string(domain.RoleAdmin))
		if err != nil || len(found) == 0 || found[0].N > 1 {
			return nil, err
		}
		return []Finding{subject.find(Warning, "propflow staff add --role ADMIN",
			"there are %d ADMINs with access: nobody can confirm roles and settings that an ADMIN proposes", found[0].N)}, nil
	})}
}

func local(address string) bool {
	return strings.HasPrefix(address, "http://localhost") || strings.HasPrefix(address, "http://127.0.0.1")
}

// faulty returns one variable with any of the prefixes that is missing or malformed.
func (d Doctor) faulty(variables ...string) (name string, faulty bool) {
	for _, fault := range d.Faults {
		for _, variable := range variables {
			if named, _, _ := strings.Cut(fault.Error(), ":"); strings.HasPrefix(named, variable) {
				return named, true
			}
		}
	}
	return "", false
}
