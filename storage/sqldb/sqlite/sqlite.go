package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/table"
)

const (
	// statementLimit is how long one statement may hold the database: the engine's own
	// writes fail after 5 s.
	statementLimit = 200 * time.Millisecond
	// statementTries is how often a statement is tried that was interrupted: a busy machine may have
	// stopped the process.
	statementTries = 5
	// openWait is how long opening waits for the engine to end a write, busyPause about how
	// long between two tries.
	openWait  = time.Second
	busyPause = 400 * time.Microsecond
)

// DB is a sqlite.db of AgentSociety. Its methods may be called from any goroutine.
type DB struct {
	path     string // absolute
	temp     string // where copies are made
	patience time.Duration
	turn     chan struct{} // holds one while a statement runs
	conn     *sqlite.Conn  // nil: it is not open
	file     os.FileInfo   // what is open
	copy     copied        // of it
	opened   uint64        // how many times it was opened
	closed   bool
	held     time.Duration // by the longest page of rows
}

// Options are how a database is read.
type Options struct {
	Temp     string        // the directory for copies; empty: the system's
	Patience time.Duration // how long a statement waits for the engine to end a write
}

// New is the database at a path. It opens nothing.
func New(path string, o Options) (*DB, error) {
	full, err := filepath.Abs(path) // a name like ":memory:" means something to SQLite
	if err != nil {
		return nil, err
	}
	return &DB{path: full, temp: o.Temp, patience: o.Patience, turn: make(chan struct{}, 1)}, nil
}

// Path is the absolute path of the database.
func (d *DB) Path() string { return d.path }

// Held is how long the longest page of rows held the database.
func (d *DB) Held() time.Duration { return d.held }

// Close closes the database, and removes a copy of it.
func (d *DB) Close() error {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	d.closed = true
	return d.shut()
}

// shut closes the connection, if there is one.
func (d *DB) shut() error {
	var err error
	if d.conn != nil {
		err = d.conn.Close()
		d.conn = nil
	}
	return errors.Join(err, d.copy.remove())
}

// limited runs one statement on the open database, within statementLimit. Where the engine is
// writing, it is tried again until patience ends: often, since an engine that is at it all the time
// leaves but moments between two writes, which SQLite's own waiting would miss.
func (d *DB) limited(ctx context.Context, run func(*sqlite.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if d.closed {
		return os.ErrClosed
	}
	if err := d.ready(ctx); err != nil {
		return err
	}
	err := d.patient(ctx, d.patience, run)
	if broken(err) {
		return errors.Join(err, d.shut())
	}
	return err
}

// patient runs one statement, and tries it again while the engine writes.
func (d *DB) patient(ctx context.Context, patience time.Duration, run func(*sqlite.Conn) error) error {
	interrupted := 0
	for start := time.Now(); ; {
		err := d.once(ctx, run)
		switch code := sqlite.ErrCode(err).ToPrimary(); {
		case code == sqlite.ResultBusy && time.Since(start) <= patience:
		case code == sqlite.ResultInterrupt && interrupted < statementTries:
			interrupted++
		default:
			return err
		}
		if model.Sleep(ctx, busyPause/2+rand.N(busyPause)) != nil {
			return ctx.Err()
		}
	}
}

func (d *DB) once(ctx context.Context, run func(*sqlite.Conn) error) error {
	limited, cancel := ctx, func() {}
	if d.copy.dir == "" { // nobody waits for a copy
		limited, cancel = context.WithTimeout(ctx, statementLimit)
	}
	defer cancel()
	defer d.conn.SetInterrupt(d.conn.SetInterrupt(limited.Done()))
	err := run(d.conn)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Query runs one short statement, with a ? for each of args, and gives out its rows. What row does is
// part of the statement; the cells may be kept.
func (d *DB) Query(ctx context.Context, query string, args []any, row func(cells []table.Cell)) error {
	var rows [][]table.Cell
	err := d.limited(ctx, func(c *sqlite.Conn) error {
		rows = rows[:0]
		return sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(s *sqlite.Stmt) error {
			cells := make([]table.Cell, s.ColumnCount())
			for i := range cells {
				cells[i] = cellOf(s, i)
			}
			rows = append(rows, cells)
			return nil
		}})
	})
	if err != nil {
		return err
	}
	for _, cells := range rows {
		row(cells)
	}
	return nil
}

// Columns is the columns of a table; none where there is no such table.
func (d *DB) Columns(ctx context.Context, name string) (has map[string]bool, err error) {
	has = make(map[string]bool)
	err = d.Query(ctx, fmt.Sprintf("PRAGMA table_info(%s)", table.Quote(name)), nil, func(cells []table.Cell) { has[cells[1].Text] = true })
	return has, err
}

// Last is the number of the newest row of a table, which tells about how many it has: at the end of
// its tree; 0 where it has none.
func (d *DB) Last(ctx context.Context, name string) (newest int64, err error) {
	err = d.Query(ctx, fmt.Sprintf("SELECT rowid FROM %s ORDER BY rowid DESC LIMIT 1", table.Quote(name)), nil, func(cells []table.Cell) {
		newest, _ = table.ParseInteger(cells[0].Text)
	})
	return newest, err
}

// Count is how many rows a table has.
func (d *DB) Count(ctx context.Context, name string) (n int64, err error) {
	err = d.Query(ctx, fmt.Sprintf("SELECT count(*) FROM %s", table.Quote(name)), nil, func(cells []table.Cell) {
		n, _ = table.ParseInteger(cells[0].Text)
	})
	return n, err
}

// Head reports whether a file that begins with head is a database of SQLite.
func Head(head []byte) bool { return bytes.HasPrefix(head, []byte("SQLite format 3\x00")) }

// wal reports whether a database that begins with head is in WAL mode.
func wal(head []byte) bool {
	const walByte = 18 // where it says how it is written
	return Head(head) && len(head) > walByte && head[walByte] == 2
}

// IsFile reports whether the file at a path is a database of SQLite.
func IsFile(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	head, err := readHead(path)
	return err == nil && Head(head)
}

// readHead reads the first bytes of a file and closes it again: SQLite's locks do not
// survive another descriptor of the same file.
func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 32)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return head[:n], nil
}
