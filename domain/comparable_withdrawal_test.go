package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestWithdrawingAComparable(t *testing.T) {
	t.Parallel()
	c, supervisor := sale(), domain.Actor{ID: "s", Role: domain.RoleSupervisor}
	assert.Equal(t, []string{"reason length"}, brokenFields(t, c.Withdraw(supervisor, "no", t0)))
	assert.Equal(t, []string{"reason words"}, brokenFields(t, c.Withdraw(supervisor, "..........", t0)))
	assert.Nil(t, c.Withdrawn)
	require.NoError(t, c.Withdraw(supervisor, "the deed is of another flat", t0))
	assert.Equal(t, &domain.Withdrawal{By: "s", At: t0, Reason: "the deed is of another flat"}, c.Withdrawn)
	first := *c.Withdrawn
	requireError(t, c.Withdraw(domain.Actor{ID: "other"}, "wrong again", t0.Add(time.Hour)), domain.KindConflict, "comparable_withdrawn")
	assert.Equal(t, first, *c.Withdrawn, "the first reason stays")
}
