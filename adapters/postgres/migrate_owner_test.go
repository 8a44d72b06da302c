package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// plainly returns a database that belongs to a role that is no superuser, as the databases
// of cloud vendors do: as that owner sees it, and as the superuser does.
func plainly(t *testing.T) (asOwner, asSuperuser string) {
	t.Helper()
	asSuperuser = servers.Postgres(t)
	link, err := url.Parse(asSuperuser)
	require.NoError(t, err)
	role := fmt.Sprintf("plain_owner_%d", rand.Uint64())
	database := owner(t, asSuperuser)
	for _, statement := range []string{
		"CREATE ROLE " + role + " LOGIN CREATEROLE NOSUPERUSER PASSWORD 'plain'",
		"DO $$ BEGIN CREATE ROLE propflow_app NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
		"GRANT propflow_app TO " + role,
		"ALTER DATABASE " + link.Path[1:] + " OWNER TO " + role,
	} {
		_, err := database.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	t.Cleanup(func() { // roles belong to the whole server
		for _, statement := range []string{"REASSIGN OWNED BY " + role + " TO CURRENT_USER", "DROP OWNED BY " + role, "DROP ROLE " + role} {
			_, err := database.Exec(context.WithoutCancel(t.Context()), statement)
			require.NoError(t, err, statement)
		}
	})
	link.User = url.UserPassword(role, "plain")
	return link.String(), asSuperuser
}

func TestAnOwnerWhoIsNoSuperuserMigrates(t *testing.T) {
	t.Parallel()
	asOwner, asSuperuser := plainly(t)
	_, err := owner(t, asSuperuser).Exec(t.Context(), `
		CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC;
		CREATE EXTENSION pg_stat_statements SCHEMA extensions`)
	require.NoError(t, err)
	m := migrations(t, asOwner)
	all := known(t, m)
	up, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, all, up)
	fill(t, asOwner)
	down, err := m.Down(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, reversed(all), down)
}

// On a database whose vendor put an extension into schema public, migrating says what to do,
// and goes on from there once that is done.
func TestAnotherRolesExtensionInPublicIsExplained(t *testing.T) {
	t.Parallel()
	asOwner, asSuperuser := plainly(t)
	superuser := owner(t, asSuperuser)
	_, err := superuser.Exec(t.Context(), "CREATE EXTENSION pg_stat_statements")
	require.NoError(t, err)
	m := migrations(t, asOwner)
	_, err = m.Up(t.Context())
	require.ErrorContains(t, err, "permission denied for function pg_stat_statements")
	_, advice, found := strings.Cut(err.Error(), "migrate again:\n")
	require.True(t, found, "%v", err)
	require.Contains(t, advice, `ALTER EXTENSION "pg_stat_statements" SET SCHEMA extensions`)

	_, err = superuser.Exec(t.Context(), advice)
	require.NoError(t, err, "the advice can be followed as it stands")
	up, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, known(t, m)[8:], up)
	fill(t, asOwner)
}
