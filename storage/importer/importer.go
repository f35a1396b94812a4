package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/gzfile"
	"societop/storage/sqldb/sqlite"
	"societop/storage/sqldb/table"
)

const (
	// maxSentences bounds the report of what was left out.
	maxSentences = 200
	// maxTenant is the longest tenant that a lab file takes, in bytes.
	maxTenant = 1024
)

// Import brings what files have, each a sqlite.db of AgentSociety or the zip of an export, as it
// is or compressed by gzip, into the lab file at the path lab, which is made where there is none;
// no directory is. Of tenants it takes the experiments, without any, those of all; those of others
// are counted in a sentence of the report. The progress counts every experiment and every row
// twice: when it is read and when it is written; it may be nil.
//
// It fails with model.ErrUnreadable or model.ErrImport, and with the lab as it was, when a
// file can't be read or is nothing to import; with model.ErrRecorder when another process
// records into the lab; otherwise as writing a lab does.
func Import(ctx context.Context, files []string, lab string, tenants []string, adv model.ProgressFunc) (model.ImportReport, error) {
	if len(files) == 0 {
		return model.ImportReport{}, fmt.Errorf("%w: no file to import", model.ErrUsage)
	}
	store := bolt.Open(lab, bolt.Options{Write: true})
	if err := store.MayWrite("import"); err != nil {
		return model.ImportReport{}, err
	}
	s, err := newSpool()
	if err != nil {
		return model.ImportReport{}, err
	}
	defer s.close()
	r := newRun(s, adv)
	r.tenants = tenants
	for i, path := range files {
		if err := r.readFile(ctx, i, path); err != nil {
			return model.ImportReport{}, failure(path, err)
		}
	}
	err = r.write(ctx, store)
	r.closeReport()
	return r.report, errors.Join(err, store.Close())
}

// run is one import under way.
type run struct {
	spool   *spool
	read    []found           // the experiments in the spool, by number
	asOf    time.Time         // when an experiment in the files was last updated
	newest  map[uuid.UUID]int // of each questionnaire the last file that has it
	files   int
	tenants []string // whose experiments are taken; none: all
	report  model.ImportReport
	more    int // sentences beyond maxSentences
	advance model.ProgressFunc
	done    int64 // experiments and rows read or written
	total   int64 // those to be read or written, as far as is known
}

func newRun(s *spool, adv model.ProgressFunc) *run {
	if adv == nil {
		adv = func(int64, int64) {}
	}
	return &run{spool: s, advance: adv, newest: make(map[uuid.UUID]int)}
}

// found is one experiment that was read.
type found struct {
	key    model.Key
	bare   bool // its file names no tenant
	others bool // it is of a tenant that is not asked for
	status model.Status
	offset string             // after its times
	known  int                // a bit for each kind that its file would have
	rows   [table.Kinds]int64 // and how much of it there is
}

// source is an open file to import.
type source interface {
	read(ctx context.Context, in *intake) error
	close() error
}

// readFile reads one file to its end into the spool.
func (r *run) readFile(ctx context.Context, n int, path string) error {
	src, err := open(ctx, path, r.spool.dir)
	if err != nil {
		return err
	}
	r.files = n + 1
	err = src.read(ctx, &intake{run: r, file: n, name: filepath.Base(path)})
	return errors.Join(err, src.close())
}

// open finds out what a file is and opens it.
func open(ctx context.Context, path, temp string) (source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no file")
	}
	head, err := readHead(path)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil { // a name like ":memory:" means something to SQLite
		return nil, err
	}
	switch {
	case sqlite.Head(head):
		return openDatabase(ctx, path, temp)
	case exportHead(head):
		return openExport(path)
	case gzfile.Is(head):
		return openGzip(ctx, path, temp)
	case len(head) == 0:
		return nil, errors.New("it is empty")
	}
	return nil, errors.New("it is neither a sqlite.db of AgentSociety nor the zip of an export")
}

// openGzip unpacks the file at path into a directory of temp, and opens what was in it.
func openGzip(ctx context.Context, path, temp string) (source, error) {
	dir, err := os.MkdirTemp(temp, "gz")
	if err != nil {
		return nil, spoolFailure(temp, err)
	}
	unpacked, err := gzfile.Unpack(ctx, path, dir)
	var system *fs.PathError
	switch {
	case errors.As(err, &system) && strings.HasPrefix(system.Path, dir):
		return nil, spoolFailure(dir, err)
	case err != nil:
		return nil, err
	case gzfile.IsFile(unpacked):
		return nil, errors.New("it is compressed by gzip twice")
	}
	return open(ctx, unpacked, temp)
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

// step counts what was read or written.
func (r *run) step(n int) {
	r.done += int64(n)
	r.total = max(r.total, r.done)
	r.advance(r.done, r.total)
}

// leaveOut adds a sentence to the report.
func (r *run) leaveOut(sentence func() string) {
	if len(r.report.LeftOut) == maxSentences {
		r.more++
		return
	}
	r.report.LeftOut = append(r.report.LeftOut, text.Clean(sentence()))
}

// closeReport says how many sentences the report has no room for.
func (r *run) closeReport() {
	if r.more > 0 {
		r.report.LeftOut = append(r.report.LeftOut, text.Clean(fmt.Sprintf("and %d more", r.more)))
	}
}

// failure is the error of a file to import.
func failure(path string, err error) error {
	var done *model.Error
	if errors.As(err, &done) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &model.Error{Op: "import", Address: path, Err: model.ErrImport, Detail: reason(err)}
	var system *fs.PathError
	if detail, sentinel := readFailure(err); sentinel != nil {
		e.Err, e.Detail = sentinel, detail
	} else if errors.Is(err, model.ErrUnreadable) || errors.As(err, &system) {
		e.Err = model.ErrUnreadable
	}
	return e
}

// reason is an error without the path that it names: that stands before it already.
func reason(err error) string {
	var system *fs.PathError
	if errors.As(err, &system) {
		return system.Err.Error()
	}
	return err.Error()
}
