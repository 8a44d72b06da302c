package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/tests/kit/servers"
)

// The ways to spoil the restoration of the database.
const (
	lostSegment = "lost-segment" // the newest archived WAL is gone
	noLabel     = "no-label"     // the base backup has no label
)

// cluster is a PostgreSQL with an archive of its WAL and a base backup outside its data
// directory (PostgreSQL 16, chapter 26.3).
type cluster struct {
	server        *servers.Member
	archive, base string // folders
}

// newCluster makes the folder of the archive below folder and has the server archive to it from
// now on.
func newCluster(ctx context.Context, server *servers.Member, folder string) (*cluster, error) {
	c := &cluster{server: server, archive: filepath.Join(folder, "archive"), base: filepath.Join(folder, "base")}
	if err := os.Mkdir(c.archive, 0o700); err != nil {
		return nil, err
	}
	if err := server.Adopt(c.archive); err != nil {
		return nil, err
	}
	return c, c.query(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "ALTER SYSTEM SET archive_command = '"+archiveCommand(c.archive)+"'"); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "SELECT pg_reload_conf()")
		return err
	})
}

// archiveCommand returns the command by which the server archives a segment. It copies under
// another name first, so that a segment in the archive is always whole, and never overwrites
// one: a segment that is there already must be the same, or the command fails.
func archiveCommand(folder string) string {
	return fmt.Sprintf(`if test -f "%[1]s/%%f"; then cmp -s "%%p" "%[1]s/%%f"; else cp "%%p" "%[1]s/%%f.part" && mv "%[1]s/%%f.part" "%[1]s/%%f"; fi`, folder)
}

// data is the cluster's own folder.
func (c *cluster) data() string { return filepath.Join(c.server.Data(), "db") }

func (c *cluster) query(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, c.server.Link())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return do(conn)
}

// backUp takes a base backup while the server goes on. It returns the last segment that the
// backup needs, which is archived by then.
func (c *cluster) backUp(ctx context.Context) (segment string, err error) {
	err = c.query(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "SELECT pg_backup_start('drill', fast => true)"); err != nil {
			return err
		}
		if err := copyCluster(c.data(), c.base, except("global/pg_control")); err != nil {
			return err
		}
		// A busy server checkpoints while it is copied. What was copied before is then older
		// than the checkpoint in pg_control: only the label has the position from which recovery
		// must begin.
		if _, err := conn.Exec(ctx, "CHECKPOINT"); err != nil {
			return err
		}
		if err := copyFile(filepath.Join(c.data(), "global", "pg_control"), filepath.Join(c.base, "global", "pg_control"), 0o600); err != nil {
			return err
		}
		var label, tablespaces string
		err := conn.QueryRow(ctx, "SELECT pg_walfile_name(lsn), labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => true)").
			Scan(&segment, &label, &tablespaces)
		if err != nil {
			return err
		}
		if strings.TrimSpace(tablespaces) != "" {
			return errors.New("the cluster has tablespaces outside its folder, which nobody copied")
		}
		return os.WriteFile(filepath.Join(c.base, "backup_label"), []byte(label), 0o600)
	})
	return segment, err
}

// restore copies the base backup to the folder of the cluster and configures recovery to the
// end of the archive, which begins when the server starts. The server must have ended.
func (c *cluster) restore() error {
	if err := copyCluster(c.base, c.data(), except()); err != nil {
		return err
	}
	settings, err := os.OpenFile(filepath.Join(c.data(), "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(settings, "restore_command = 'cp \"%s/%%f\" \"%%p\"'\nrecovery_target_timeline = 'latest'\n", c.archive)
	if err := errors.Join(err, settings.Close()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.data(), "recovery.signal"), nil, 0o600); err != nil {
		return err
	}
	return c.server.Adopt(c.data())
}

// recovered reports whether the server has left recovery.
func (c *cluster) recovered(ctx context.Context) (ok bool, err error) {
	err = c.query(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT NOT pg_is_in_recovery()").Scan(&ok)
	})
	return ok, err
}

// emptied are the folders whose content belongs to one run of the server and is not backed
// up.
var emptied = []string{"pg_wal", "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"}

// except returns a function that reports whether a file of a cluster must not be copied,
// because it belongs to the running server, is temporary, or is one of more.
func except(more ...string) func(path string) bool {
	files := append([]string{"postmaster.pid", "postmaster.opts"}, more...)
	return func(path string) bool {
		for _, folder := range emptied {
			if strings.HasPrefix(path, folder+"/") {
				return true
			}
		}
		for _, file := range files {
			if path == file {
				return true
			}
		}
		base := filepath.Base(path)
		return strings.HasPrefix(base, "pgsql_tmp") || base == "pg_internal.init"
	}
}

// copyCluster copies a folder whose files may change and disappear meanwhile.
func copyCluster(from, to string, skip func(path string) bool) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		case skip(filepath.ToSlash(name)):
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder", path)
		}
		err = copyFile(path, filepath.Join(to, name), 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func copyFile(from, to string, mode fs.FileMode) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
