package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"societop/model"
	"societop/storage/bolt"
)

const (
	// maxSentences bounds the report of what was left out.
	maxSentences = 200
	// maxTenant is the longest tenant that a lab file takes, in bytes.
	maxTenant = 1024
)

// Import brings the experiments in files, each a sqlite.db of AgentSociety or the zip of an
// export, into the lab file at the path lab, which is made if it is not there. It reports
// what it did. The advance counts every experiment twice: when it is read and when it is
// written; it may be nil.
//
// It fails with model.ErrUnreadable or model.ErrImport, and with the lab as it was, when a
// file can't be read or is nothing to import; with model.ErrRecorder when another process
// records into the lab; otherwise as writing a lab does.
func Import(ctx context.Context, files []string, lab string, adv model.Advance) (model.ImportReport, error) {
	if len(files) == 0 {
		return model.ImportReport{}, fmt.Errorf("%w: no file to import", model.ErrUsage)
	}
	s, err := newSpool()
	if err != nil {
		return model.ImportReport{}, err
	}
	defer s.close()
	if adv == nil {
		adv = func(int64, int64) {}
	}
	r := &run{spool: s, advance: adv}
	for _, path := range files {
		if err := r.readFile(ctx, path); err != nil {
			return model.ImportReport{}, failure(path, err)
		}
	}
	r.closeReport()
	store := bolt.Open(lab, bolt.Options{Write: true})
	err = r.write(ctx, store)
	return r.report, errors.Join(err, store.Close())
}

// run is one import under way.
type run struct {
	spool   *spool
	read    []found // what the spool holds, in order
	report  model.ImportReport
	more    int // sentences beyond maxSentences
	advance model.Advance
	done    int64 // experiments read or written
	total   int64 // experiments to be read or written
}

// found is one experiment that was read.
type found struct {
	key  model.Key
	bare bool // its file names no tenant
}

// source is an open file to import.
type source interface {
	size() int  // how many experiments it has
	bare() bool // whether what names no tenant may be of any
	read(ctx context.Context, into sink) error
	close() error
}

// sink takes what a source has.
type sink struct {
	take    func(name string, f fields) error // name says where in the file f stands
	leftOut func(sentence string)
}

// readFile reads one file to its end into the spool.
func (r *run) readFile(ctx context.Context, path string) error {
	src, err := open(ctx, path, r.spool.dir)
	if err != nil {
		return err
	}
	r.total += 2 * int64(src.size())
	name := filepath.Base(path)
	leftOut := func(sentence string) { r.leaveOut(name + ": " + sentence) }
	err = src.read(ctx, sink{leftOut: leftOut, take: func(place string, f fields) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.step(1)
		e, wrong, err := f.experiment()
		switch {
		case err != nil:
			leftOut(fmt.Sprintf("%s is left out: its id is %q", place, clipped(f["id"])))
			return nil
		case len(f["tenant_id"]) > maxTenant:
			leftOut(fmt.Sprintf("%s is left out: its tenant has %d bytes", place, len(f["tenant_id"])))
			return nil
		}
		for _, w := range wrong {
			leftOut(fmt.Sprintf("experiment %s: %s", e.ID, w))
		}
		_, named := f["tenant_id"]
		r.read = append(r.read, found{key: e.Key, bare: src.bare() && !named})
		return r.spool.add(f)
	}})
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
	database, wal := databaseHead(head)
	switch {
	case database:
		return openDatabase(ctx, path, temp, wal)
	case exportHead(head):
		return openExport(path)
	case len(head) == 0:
		return nil, errors.New("it is empty")
	}
	return nil, errors.New("it is neither a sqlite.db of AgentSociety nor the zip of an export")
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

// step counts experiments that were read or written.
func (r *run) step(n int) {
	r.done += int64(n)
	r.advance(r.done, r.total)
}

// leaveOut adds a sentence to the report.
func (r *run) leaveOut(sentence string) {
	if len(r.report.LeftOut) == maxSentences {
		r.more++
		return
	}
	r.report.LeftOut = append(r.report.LeftOut, model.Clean(sentence))
}

// closeReport says how many sentences the report has no room for.
func (r *run) closeReport() {
	if r.more > 0 {
		r.report.LeftOut = append(r.report.LeftOut, model.Clean(fmt.Sprintf("and %d more", r.more)))
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
	if detail, sentinel := damage(err); sentinel != nil {
		e.Err, e.Detail = sentinel, detail
	} else if errors.As(err, &system) {
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
