package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// at enters a write that took the seconds from began to acked.
func (b *books) at(property, action string, began, acked int) {
	b.enter(nil, property, action, noon.Add(time.Duration(began)*time.Second), noon.Add(time.Duration(acked)*time.Second))
}

func TestBooksTellWhatIsLost(t *testing.T) {
	t.Parallel()
	b := newBooks()
	b.at("p", "property.created", 1, 2)
	b.at("p", "property.edited", 3, 4)
	b.at("q", "property.created", 3, 6)
	b.at("p", "property.edited", 5, 7)
	writes, _ := b.all()
	require.Len(t, writes, 4)

	all := seen{"p": {"property.created": 1, "property.edited": 2}, "q": {"property.created": 1}}
	l := compare(writes, all)
	assert.Empty(t, l.lost)
	assert.Equal(t, 3*time.Second, l.rpo(noon.Add(10*time.Second)))
	assert.Empty(t, b.repeated(all, noon))

	end := compare(writes, seen{"p": {"property.created": 1, "property.edited": 1}})
	assert.Len(t, end.lost, 2)
	assert.Empty(t, end.holes())
	assert.Equal(t, 6*time.Second, end.rpo(noon.Add(10*time.Second)))
	assert.Len(t, end.before(noon.Add(7*time.Second)), 1)

	atOnce := compare(writes, seen{"p": {"property.created": 1}, "q": {"property.created": 1}})
	assert.Empty(t, atOnce.holes(), "the lost edit was made while the draft that is there was")
	hole := compare(writes, seen{"p": {"property.edited": 2}, "q": {"property.created": 1}})
	assert.Len(t, hole.holes(), 1)
	assert.Contains(t, hole.holes()[0], "property.created number 1 on p")

	assert.Len(t, b.repeated(seen{"p": {"property.edited": 3}}, noon), 1)
	assert.Empty(t, b.repeated(seen{"p": {"property.edited": 3}}, noon.Add(time.Minute)), "older than what is asked of")
	assert.Greater(t, loss{}.rpo(noon), time.Hour, "nothing is there")
}

func TestTheChronicleTellsWhatIsArchived(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	close(ended)
	f := &chronicle{cancel: func() {}, ended: ended}
	one, two, three := "000000010000000000000001", "000000010000000000000002", "000000010000000000000003"
	for i, r := range []archiving{{current: one}, {current: two, archived: one}, {current: two, archived: one}, {current: three, archived: two}} {
		r.at = noon.Add(time.Duration(i) * time.Second)
		f.records = append(f.records, r)
	}
	segment, kept := f.close()
	assert.Equal(t, two, segment)
	assert.Equal(t, noon.Add(2*time.Second), kept)
}

func TestACopyOfAClusterLeavesOutWhatIsTheServersOwn(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	for _, name := range []string{"PG_VERSION", "base/1/2", "base/1/pg_internal.init", "base/pgsql_tmp/x", "pg_wal/1", "postmaster.pid", "global/pg_control"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(from, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(from, name), []byte(name), 0o600))
	}
	require.NoError(t, copyCluster(from, to, except("global/pg_control")))
	for name, want := range map[string]bool{
		"PG_VERSION": true, "base/1/2": true, "base/1/pg_internal.init": false, "pg_wal": true, "pg_wal/1": false,
		"postmaster.pid": false, "global": true, "global/pg_control": false,
	} {
		_, err := os.Stat(filepath.Join(to, name))
		assert.Equal(t, want, err == nil, name)
	}
	require.NoError(t, os.Symlink(from, filepath.Join(from, "elsewhere")))
	require.Error(t, copyCluster(from, to, except()))
}

func TestKindsOfKeys(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"propflow:session:7c9f": "session", "propflow:of:7f13:events": "events", "propflow:of:7f13:lease:682f": "lease",
		"propflow:of": "of", "": "",
	} {
		assert.Equal(t, want, kindOf(key), key)
	}
}
