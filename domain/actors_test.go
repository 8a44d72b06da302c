package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestWhoMayAct lets everybody try every action in a state that allows it, and checks who
// succeeds and with what code the others are refused.
func TestWhoMayAct(t *testing.T) {
	t.Parallel()
	moonlighter := domain.Actor{ID: owner.ID, Role: domain.RoleSupervisor}
	customersOnly := map[domain.Actor]string{
		owner: "", moonlighter: "", stranger: "not_owner", valuer: "not_owner", otherValuer: "not_owner", supervisor: "not_owner", admin: "not_owner",
	}
	holderOnly := map[domain.Actor]string{
		valuer: "", owner: "own_property", moonlighter: "own_property", stranger: "claim_not_held", otherValuer: "claim_not_held",
		supervisor: "claim_not_held", admin: "claim_not_held",
	}
	supervisorsOnly := map[domain.Actor]string{
		supervisor: "", otherSupervisor: "", {ID: valuer.ID, Role: domain.RoleSupervisor}: "same_person",
		owner: "own_property", moonlighter: "own_property", stranger: "role_not_allowed", otherValuer: "role_not_allowed", admin: "role_not_allowed",
		valuer: "same_person",
	}
	leadsOnly := map[domain.Actor]string{
		supervisor: "", otherSupervisor: "", {ID: valuer.ID, Role: domain.RoleSupervisor}: "",
		owner: "own_property", moonlighter: "own_property", stranger: "role_not_allowed", valuer: "role_not_allowed",
		otherValuer: "role_not_allowed", admin: "role_not_allowed", domain.System: "role_not_allowed",
	}
	reviewersOnly := map[domain.Actor]string{
		valuer: "", otherValuer: "", supervisor: "", owner: "own_property", moonlighter: "own_property",
		stranger: "role_not_allowed", admin: "role_not_allowed", domain.System: "role_not_allowed",
	}
	tables := map[string]map[domain.Actor]string{
		"Submit": customersOnly, "Edit": customersOnly, "Withdraw": customersOnly, "AnswerFollowUp": customersOnly,
		"ClaimFor":     reviewersOnly,
		"RequireClaim": holderOnly, "Heartbeat": holderOnly, "Release": holderOnly, "Flag": holderOnly,
		"AskFollowUp": holderOnly, "Reject": holderOnly, "Value": holderOnly,
		"SignOff": supervisorsOnly, "Return": supervisorsOnly,
		"RevokeClaim": leadsOnly, "ReassignClaim": leadsOnly,
	}
	for _, a := range actions {
		for from := range a.to {
			for by, code := range tables[a.method] {
				t.Run(a.method+" in "+string(from)+" by "+string(by.ID)+" "+string(by.Role), func(t *testing.T) {
					t.Parallel()
					k := inState(t, from).later(a.wait)
					before := snapshot(t, k)
					_, err := a.call(k, by)
					if code == "" {
						require.NoError(t, err)
						return
					}
					assert.Equal(t, code, domain.CodeOf(err))
					assertUnchanged(t, before, k)
				})
			}
		}
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	for _, state := range domain.States {
		p := inState(t, state).Property
		assert.NoError(t, p.VisibleTo(owner), state)
		assert.NoError(t, p.VisibleTo(domain.System), state)
		requireError(t, p.VisibleTo(stranger), domain.KindNotFound, "property_not_found")
		requireError(t, p.VisibleTo(admin), domain.KindNotFound, "property_not_found")
		for _, reviewer := range []domain.Actor{valuer, supervisor} {
			if state == domain.Draft {
				requireError(t, p.VisibleTo(reviewer), domain.KindNotFound, "property_not_found")
			} else {
				assert.NoError(t, p.VisibleTo(reviewer), state)
			}
		}
	}
	withdrawn := draft(t)
	withdrawn.do(t, func(p *domain.Property) (domain.Change, error) { return p.Withdraw(owner, t0) })
	requireError(t, withdrawn.Property.VisibleTo(supervisor), domain.KindNotFound, "property_not_found")
}
