package sqlite

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/model/text"
	"societop/storage/sqldb"
)

var _ sqldb.Database = (*DB)(nil)

// Info names the file.
func (d *DB) Info() model.Info {
	info := model.Info{Kind: "database", Address: text.Clean(d.path), Local: true}
	if onNetwork(d.path) {
		info.Warning = text.Clean("The database is on a network file system, where locks may not reach the machine that writes it: a copy is read, which may be some time old.")
	}
	return info
}

// Traits are those of SQLite.
func (d *DB) Traits() sqldb.Traits {
	return sqldb.Traits{
		Numbered: true,
		Wide:     true,
		ID: func(id uuid.UUID) []any {
			s := id.String()
			return []any{strings.ReplaceAll(s, "-", ""), s, id[:]}
		},
		Time: func(t time.Time) any { return t.UTC().Format("2006-01-02 15:04:05.000000") },
	}
}

// Version counts what others have written to the open database, and how often it was opened.
func (d *DB) Version(ctx context.Context) (v sqldb.Version, err error) {
	err = d.limited(ctx, func(c *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(c, "PRAGMA data_version", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			v = sqldb.Version{Known: true, Database: d.opened, Changes: uint64(s.ColumnInt64(0))}
			return nil
		}})
	})
	return v, err
}

// Clock is this machine's.
func (d *DB) Clock(context.Context) (time.Time, error) { return time.Time{}, nil }
