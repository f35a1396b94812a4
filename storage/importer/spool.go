package importer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/model"
	"societop/storage/sqldb/table"
)

const (
	// chunkBytes is how much of neighbouring rows is kept as one.
	chunkBytes = 64 << 10
	// momentLimit is the most bytes of one experiment's rows of one kind and moment.
	momentLimit = 256 << 20
)

// spool keeps what was read until all of it was, in a temporary database: it gives rows back
// by the moments that they are of, whatever order they came in.
type spool struct {
	dir  string // of temporary files, only for its owner
	conn *sqlite.Conn
	put  *sqlite.Stmt
	open chunk // the rows that are not in the database yet
}

// place is where rows belong: run is the number of an experiment, or of a file.
type place struct {
	kind table.Kind
	run  int
	at   model.SimTime
}

// chunk is some rows of one place.
type chunk struct {
	place
	rows []byte
}

func newSpool() (*spool, error) {
	dir, err := os.MkdirTemp("", "societop-import-")
	if err != nil {
		return nil, spoolFailure(os.TempDir(), err)
	}
	s := &spool{dir: dir}
	if err := s.create(filepath.Join(dir, "spool")); err != nil {
		s.close()
		return nil, spoolFailure(dir, err)
	}
	return s, nil
}

// create makes the database. Nothing of it outlives the process, so it needs no journal.
func (s *spool) create(path string) (err error) {
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	if s.conn, err = sqlite.OpenConn(path, sqlite.OpenReadWrite); err != nil {
		return err
	}
	err = sqlitex.ExecuteTransient(s.conn, "PRAGMA locking_mode = EXCLUSIVE", nil)
	for _, pragma := range []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -16384"} {
		err = errors.Join(err, sqlitex.ExecuteTransient(s.conn, pragma, nil))
	}
	if err != nil {
		return err
	}
	err = sqlitex.ExecScript(s.conn, `
		CREATE TABLE chunk (kind INTEGER, run INTEGER, day INTEGER, t REAL, rows BLOB);
		CREATE INDEX place ON chunk (kind, run, day, t);`)
	if err != nil {
		return err
	}
	_ = os.Remove(path) // close removes it where this is refused
	if err := sqlitex.ExecuteTransient(s.conn, "BEGIN", nil); err != nil {
		return err
	}
	s.put, err = s.conn.Prepare("INSERT INTO chunk VALUES (?, ?, ?, ?, ?)")
	return err
}

// close frees the disk.
func (s *spool) close() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	_ = os.RemoveAll(s.dir)
}

// add appends one row.
func (s *spool) add(p place, cells []table.Cell) error {
	if p != s.open.place || len(s.open.rows) >= chunkBytes {
		if err := s.flush(); err != nil {
			return err
		}
		s.open.place = p
	}
	s.open.rows = appendRow(s.open.rows, cells)
	return nil
}

// flush moves the open chunk into the database.
func (s *spool) flush() error {
	if len(s.open.rows) == 0 {
		return nil
	}
	bindPlace(s.put, s.open.place)
	s.put.BindBytes(5, s.open.rows)
	_, err := s.put.Step()
	s.open.rows = s.open.rows[:0]
	return spoolFailure(s.dir, errors.Join(err, s.put.Reset()))
}

func bindPlace(s *sqlite.Stmt, p place) {
	s.BindInt64(1, int64(p.kind))
	s.BindInt64(2, int64(p.run))
	s.BindInt64(3, int64(p.at.Day))
	s.BindFloat(4, p.at.T)
}

// forget drops all rows of one place.
func (s *spool) forget(p place) error {
	return s.delete("DELETE FROM chunk WHERE kind = ? AND run = ? AND day = ? AND t = ?", int(p.kind), p.run, p.at.Day, p.at.T)
}

// forgetAll drops all rows of one kind and run.
func (s *spool) forgetAll(k table.Kind, run int) error {
	return s.delete("DELETE FROM chunk WHERE kind = ? AND run = ?", int(k), run)
}

func (s *spool) delete(query string, args ...any) error {
	if err := s.flush(); err != nil {
		return err
	}
	return spoolFailure(s.dir, sqlitex.Execute(s.conn, query, &sqlitex.ExecOptions{Args: args}))
}

// moments gives out all rows of one kind and run, those of one moment at once, by ascending
// moments and in the order in which they came. Rows of more than momentLimit come as nil.
func (s *spool) moments(k table.Kind, run int, fn func(at model.SimTime, rows []byte) error) error {
	if err := s.flush(); err != nil {
		return err
	}
	st, err := s.conn.Prepare("SELECT day, t, rows FROM chunk WHERE kind = ? AND run = ? ORDER BY day, t, rowid")
	if err != nil {
		return spoolFailure(s.dir, err)
	}
	defer func() { _ = st.Reset() }() // it tells the error of the last step again
	st.BindInt64(1, int64(k))
	st.BindInt64(2, int64(run))
	var at model.SimTime
	var rows []byte
	for n := 0; ; n++ {
		more, err := st.Step()
		if err != nil {
			return spoolFailure(s.dir, err)
		}
		next := at
		if more {
			next = model.SimTime{Day: model.Int(st.ColumnInt64(0)), T: st.ColumnFloat(1)}
		}
		if n > 0 && (!more || next != at) {
			if err := fn(at, rows); err != nil {
				return err
			}
			n, rows = 0, rows[:0]
		}
		if !more {
			return nil
		}
		at = next
		rows = gathered(rows, st, n == 0)
	}
}

// gathered are the rows of a moment and those of one more chunk of it; nil is too much.
func gathered(rows []byte, st *sqlite.Stmt, first bool) []byte {
	const chunk = 2
	if !first && (rows == nil || len(rows)+st.ColumnLen(chunk) > momentLimit) {
		return nil
	}
	n := len(rows)
	rows = append(rows, make([]byte, st.ColumnLen(chunk))...)
	st.ColumnBytes(chunk, rows[n:])
	return rows
}

// appendRow encodes a row: the length of each cell and one, uvarint, and its text; 0 is none.
func appendRow(b []byte, cells []table.Cell) []byte {
	for _, c := range cells {
		if !c.OK {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(c.Text))+1)
		b = append(b, c.Text...)
	}
	return b
}

// eachRow decodes rows of some number of cells each. The cells are those of the next row when
// fn has returned.
func eachRow(rows []byte, columns int, fn func(cells []table.Cell)) {
	r := bytes.NewReader(rows)
	cells := make([]table.Cell, columns)
	for r.Len() > 0 {
		for i := range cells {
			cells[i] = nextCell(r)
		}
		fn(cells)
	}
}

func nextCell(r *bytes.Reader) table.Cell {
	n, err := binary.ReadUvarint(r)
	if n == 0 || err != nil {
		return table.Cell{}
	}
	text := make([]byte, min(n-1, uint64(r.Len())))
	_, _ = io.ReadFull(r, text) // there are as many
	return table.Cell{Text: string(text), OK: true}
}

// spoolFailure is what an error of the temporary file means for its reader.
func spoolFailure(dir string, err error) error {
	var done *model.Error
	if err == nil || errors.As(err, &done) {
		return err
	}
	why := &model.Error{Op: "write", Address: dir, Err: model.ErrUnreadable, Detail: reason(err)}
	if errors.Is(err, errDiskFull) || sqlite.ErrCode(err).ToPrimary() == sqlite.ResultFull {
		why.Err = model.ErrFull
	}
	return why
}
