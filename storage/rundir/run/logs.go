package run

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// The most that is read of the end of a log: for a budget of bytes so many times as much, because
// progress bars overwrite themselves many times in a line.
const (
	maxTail    = 16 << 20
	minTail    = 1 << 20
	tailFactor = 4
)

// Logs lists the run's logs, the one that was written last first; logs of other programs in the
// directory, and empty ones, after them. It fails with model.ErrNotOffered if there is none.
func (d *Data) Logs(ctx context.Context) ([]model.LogFile, error) {
	if _, err := d.ready(ctx); err != nil {
		return nil, err
	}
	all, err := listLogs(d.dir)
	if err == nil && len(all) == 0 {
		err = &model.Error{Op: "read", Address: d.dir, Err: model.ErrNotOffered, Detail: "the run directory has no log"}
	}
	return all, err
}

// listLogs is the logs in a directory.
func listLogs(dir string) (all []model.LogFile, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, explain(dir, err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".log") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			all = append(all, model.LogFile{Name: text.Clean(e.Name()), Size: info.Size(), Written: info.ModTime().UTC()})
		}
	}
	rank := func(f *model.LogFile) int {
		switch {
		case f.Size == 0:
			return 2
		case !slices.Contains(runfile.Logs, f.Name.Raw()):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b model.LogFile) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), b.Written.Compare(a.Written), strings.Compare(a.Name.Raw(), b.Name.Raw()))
	})
	return all, nil
}

// Log is the end of one of the run's logs. At most the last 16 MiB of a file are read.
func (d *Data) Log(ctx context.Context, b model.LogBudget) (model.Log, error) {
	if _, err := d.ready(ctx); err != nil {
		return model.Log{}, err
	}
	all, err := listLogs(d.dir)
	if err != nil {
		return model.Log{}, err
	}
	at := 0
	if !b.File.Empty() {
		at = slices.IndexFunc(all, func(f model.LogFile) bool { return f.Name.Raw() == b.File.Raw() })
	}
	if at < 0 || at >= len(all) {
		return model.Log{}, &model.Error{Op: "read", Address: filepath.Join(d.dir, b.File.String()), Err: model.ErrNoData, Detail: "the run directory has no such log"}
	}
	path := filepath.Join(d.dir, all[at].Name.Raw())
	end, cut, err := readTail(path, tailOf(b))
	if errors.Is(err, fs.ErrNotExist) {
		return model.Log{}, &model.Error{Op: "read", Address: path, Err: model.ErrNoData, Detail: "the log is gone"}
	}
	if err != nil {
		return model.Log{}, explain(path, err)
	}
	if cut {
		if i := bytes.IndexByte(end, '\n'); i >= 0 {
			end = end[i+1:]
		}
	}
	log := model.TailLog(settled(end), b)
	log.Tail = log.Tail || cut
	return log, nil
}

// tailOf is how much of a log is read for a budget.
func tailOf(b model.LogBudget) int64 {
	if b.Bytes <= 0 {
		return maxTail
	}
	return min(max(int64(b.Bytes)*tailFactor, minTail), maxTail)
}

// readTail is the last bytes of a file, at most limit; cut reports whether there are others before.
func readTail(path string, limit int64) (end []byte, cut bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	return tailOfFile(f, limit)
}

// tailOfFile is readTail of an open file.
func tailOfFile(f *os.File, limit int64) (end []byte, cut bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() {
		return nil, false, fs.ErrNotExist
	}
	start := max(info.Size()-limit, 0)
	end, err = io.ReadAll(io.NewSectionReader(f, start, info.Size()-start))
	return end, start > 0, err
}

// settled is a log of which each line is as a terminal shows it in the end: of a progress bar that was
// drawn over itself only the last state is left.
func settled(raw []byte) string {
	if bytes.IndexByte(raw, '\r') < 0 {
		return string(raw)
	}
	var b strings.Builder
	b.Grow(len(raw))
	for line := range bytes.Lines(raw) {
		line, end := bytes.CutSuffix(line, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if i := bytes.LastIndexByte(line, '\r'); i >= 0 {
			line = line[i+1:]
		}
		b.Write(line)
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
