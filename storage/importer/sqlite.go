package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
)

const (
	// statementLimit is how long one statement may hold the database: the engine's own
	// writes fail after 5 s.
	statementLimit = 2 * time.Second
	// busyWait is how long a statement waits for the engine to end a write, busyPause about how
	// long between two tries.
	busyWait  = time.Second
	busyPause = 400 * time.Microsecond
	// valueLimit is the longest value that is read, in bytes.
	valueLimit = 64 << 20
	// keysPage is how many row numbers one statement reads.
	keysPage = 500
)

// database is an open sqlite.db of AgentSociety.
type database struct {
	conn   *sqlite.Conn
	query  string        // one experiment by its row number
	fields []string      // what query selects, in order
	rows   []int64       // the row numbers of all experiments
	held   time.Duration // by the longest page of rows
}

// openDatabase opens the database at path and lists its experiments. Where it can't be read
// in place, a copy in the directory temp is read.
func openDatabase(ctx context.Context, path, temp string, wal bool) (*database, error) {
	if !wal {
		d, err := connect(ctx, path, sqlite.OpenReadOnly)
		if err == nil || !needsCopy(err) {
			return d, err
		}
	}
	copied, err := copyDatabase(path, temp)
	if err != nil {
		return nil, err
	}
	return connect(ctx, copied, sqlite.OpenReadWrite)
}

// connect opens a database and lists its experiments.
func connect(ctx context.Context, path string, flag sqlite.OpenFlags) (*database, error) {
	conn, err := sqlite.OpenConn(path, flag)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(0)
	conn.Limit(sqlite.LimitLength, valueLimit)
	d := &database{conn: conn}
	err = d.columns(ctx)
	if err == nil {
		err = d.list(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *database) close() error { return d.conn.Close() }

// execute runs one statement, within statementLimit. What row does is part of it.
func (d *database) execute(ctx context.Context, query string, row func(*sqlite.Stmt) error, args ...any) error {
	return d.limited(ctx, busyWait, func() error {
		return sqlitex.Execute(d.conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
	})
}

// limited runs one statement, within statementLimit. Where the engine is writing, it is tried
// again for as long as patience: often, since an engine that is at it all the time leaves but
// moments between two writes, which SQLite's own waiting would miss.
func (d *database) limited(ctx context.Context, patience time.Duration, run func() error) error {
	for start := time.Now(); ; {
		err := d.once(ctx, run)
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Since(start) > patience {
			return err
		}
		if model.Sleep(ctx, busyPause/2+rand.N(busyPause)) != nil {
			return ctx.Err()
		}
	}
}

func (d *database) once(ctx context.Context, run func() error) error {
	limited, cancel := context.WithTimeout(ctx, statementLimit)
	defer cancel()
	defer d.conn.SetInterrupt(d.conn.SetInterrupt(limited.Done()))
	err := run()
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// columns finds out which of the columns this database has.
func (d *database) columns(ctx context.Context) error {
	has := map[string]bool{}
	table := false
	err := d.execute(ctx, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'as_experiment'", func(*sqlite.Stmt) error {
		table = true
		return nil
	})
	if err != nil {
		return err
	}
	err = d.execute(ctx, "PRAGMA table_info(as_experiment)", func(s *sqlite.Stmt) error {
		has[s.GetText("name")] = true
		return nil
	})
	if err != nil {
		return err
	}
	if !table || !has["id"] {
		return errors.New("it is no database of AgentSociety: it has no table of experiments")
	}
	for _, f := range model.Fields {
		if has[f.Name] {
			d.fields = append(d.fields, f.Name)
		}
	}
	d.query = "SELECT " + strings.Join(d.fields, ", ") + " FROM as_experiment WHERE rowid = ?"
	return nil
}

// list finds the row numbers of all experiments, in pages.
func (d *database) list(ctx context.Context) error {
	const query = "SELECT rowid FROM as_experiment WHERE rowid >= ? ORDER BY rowid LIMIT ?"
	for from := int64(-1 << 63); ; {
		before := len(d.rows)
		err := d.execute(ctx, query, func(s *sqlite.Stmt) error {
			d.rows = append(d.rows, s.ColumnInt64(0))
			return nil
		}, from, keysPage)
		if err != nil {
			return err
		}
		if len(d.rows) < before+keysPage || d.rows[len(d.rows)-1] == 1<<63-1 {
			return nil
		}
		from = d.rows[len(d.rows)-1] + 1
	}
}

// read reads the experiments, then their tables, and the questionnaires.
func (d *database) read(ctx context.Context, in *intake) error {
	in.total += 2 * int64(len(d.rows))
	first := len(in.read)
	if err := d.experiments(ctx, in); err != nil {
		return err
	}
	all := []*reading{}
	add := func(t *table, run int, name string) error {
		r, err := d.begin(ctx, in, t, run, name)
		if err == nil && r != nil {
			all = append(all, r)
		}
		return err
	}
	if err := add(surveys, in.file, surveys.name); err != nil {
		return err
	}
	for run := first; run < len(in.read); run++ {
		for _, t := range tables {
			if err := add(t, run, tableName(in.read[run].key, t.name)); err != nil {
				return err
			}
		}
	}
	for _, r := range all {
		if err := r.read(ctx); err != nil {
			return err
		}
	}
	return d.countResults(ctx, in, first)
}

// experiments reads every experiment, one statement each. One that is gone by then is passed
// over, one with a value beyond valueLimit is left out.
func (d *database) experiments(ctx context.Context, in *intake) error {
	for _, row := range d.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := d.row(ctx, row)
		switch {
		case sqlite.ErrCode(err) == sqlite.ResultTooBig:
			in.leftOut("row %d is left out: it has a value of more than %d MiB", row, valueLimit>>20)
		case err != nil:
			return err
		case f != nil:
			if _, _, err := in.experiment(fmt.Sprintf("row %d", row), f, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// row reads one experiment; nil where there is none.
func (d *database) row(ctx context.Context, row int64) (f fields, err error) {
	err = d.execute(ctx, d.query, func(s *sqlite.Stmt) error {
		f = fields{}
		for i, name := range d.fields {
			if c := columnCell(s, i); c.ok {
				f[name] = c.text
			}
		}
		return nil
	}, row)
	return f, err
}

// columnCell is a value as text. SQLite's own text of a number would have but 15 digits.
func columnCell(s *sqlite.Stmt, i int) cell {
	switch s.ColumnType(i) {
	case sqlite.TypeNull:
		return cell{}
	case sqlite.TypeFloat:
		return cell{strconv.FormatFloat(s.ColumnFloat(i), 'g', -1, 64), true}
	case sqlite.TypeBlob:
		b := make([]byte, s.ColumnLen(i))
		return cell{string(b[:s.ColumnBytes(i, b)]), true}
	default:
		return cell{s.ColumnText(i), true}
	}
}

// databaseHead reports whether a file that begins with head is a database, and whether it
// is in WAL mode.
func databaseHead(head []byte) (is, wal bool) {
	const walByte = 18 // where it says how it is written
	is = bytes.HasPrefix(head, []byte("SQLite format 3\x00"))
	return is, is && len(head) > walByte && head[walByte] == 2
}

// damage says what an error of SQLite means for the file: that it can't be read now, or that it is
// damaged. Errors of others are nil.
func damage(err error) (detail string, sentinel error) {
	switch code := sqlite.ErrCode(err); code.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "AgentSociety is writing it just now; try again", model.ErrUnreadable
	case sqlite.ResultReadOnly:
		return "its writer ended in the middle of a write; try again", model.ErrUnreadable
	case sqlite.ResultInterrupt:
		return fmt.Sprintf("one statement took more than %v; import a copy of the file", statementLimit), model.ErrUnreadable
	case sqlite.ResultIOErr, sqlite.ResultCantOpen, sqlite.ResultPerm, sqlite.ResultAuth:
		return code.Message(), model.ErrUnreadable
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return "the database is damaged: " + code.Message(), model.ErrImport
	default:
		return "", nil
	}
}

// needsCopy reports whether an error means that the database has a journal to be played back,
// which a reader may not do.
func needsCopy(err error) bool {
	code := sqlite.ErrCode(err)
	return code.ToPrimary() == sqlite.ResultReadOnly || code.ToPrimary() == sqlite.ResultCantOpen
}

// copyDatabase copies a database with its journals and returns the path of the copy. It
// fails where one of them changes meanwhile.
func copyDatabase(path, temp string) (string, error) {
	dir, err := os.MkdirTemp(temp, "db")
	if err != nil {
		return "", err
	}
	target := filepath.Join(dir, "sqlite.db")
	before, err := state(path)
	if err != nil {
		return "", err
	}
	for _, suffix := range journals {
		if err := copyFile(path+suffix, target+suffix); err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", err
		}
	}
	after, err := state(path)
	if err != nil {
		return "", err
	}
	if before != after {
		return "", fmt.Errorf("%w: it is being written; try again", model.ErrUnreadable)
	}
	return target, nil
}

// journals are the files that make up a database, by what follows its name.
var journals = []string{"", "-journal", "-wal"}

// state sums up length and time of the files that make up a database.
func state(path string) (string, error) {
	var b strings.Builder
	for _, suffix := range journals {
		info, err := os.Stat(path + suffix)
		switch {
		case err == nil:
			fmt.Fprintln(&b, suffix, info.Size(), info.ModTime().UnixNano())
		case suffix == "" || !errors.Is(err, os.ErrNotExist):
			return "", err
		}
	}
	return b.String(), nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
