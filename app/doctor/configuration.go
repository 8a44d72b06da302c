package doctor

import (
	"context"
	"strings"
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
		return found
	}}}
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
