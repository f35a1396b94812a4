package replay

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// content is what was read of a replay.
type content struct {
	mu      sync.Mutex
	catalog catalog
	tables  map[string]*table
}

// lines is a replay in lines of JSON.
type lines struct {
	*content
	files  files
	dir    string
	schema schema
	parts  map[string]*part
	passes uint32
}

func newLines(f files, dir string, c *content) *lines {
	return &lines{content: c, files: f, dir: dir, parts: make(map[string]*part)}
}

// job is what is to be read of one table.
type job struct {
	name    string
	part    *part
	now     map[uint8]fs.FileInfo
	last    uint32 // the last pass that would have found new shards
	fresh   bool   // the part is not published yet
	changed bool
	err     error
}

// refresh reads what was written since the last call. An error that is fs.ErrNotExist means that there is
// no such directory, or nothing in it from the beginning.
func (l *lines) refresh(ctx context.Context) (changed bool, err error) {
	p := pass{number: l.passes + 1, begun: time.Now()}
	now, err := listed(ctx, l.files, l.dir)
	if err != nil {
		return false, err
	}
	changed, err = l.schema.refresh(l.files, l.dir)
	if l.passes == 0 && len(now) == 0 && !changed && err == nil {
		return false, fs.ErrNotExist // there may be a database yet
	}
	jobs := l.plan(now)
	l.passes = p.number
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for _, j := range jobs {
		all.Go(func() error { l.run(ctx, j, p); return nil })
	}
	_ = all.Wait() // the errors are those of the jobs
	return l.publish(jobs, p.number) || changed, errors.Join(err, firstError(jobs))
}

func firstError(jobs []*job) error {
	for _, j := range jobs {
		if j.err != nil {
			return fmt.Errorf("table %s: %w", j.name, j.err)
		}
	}
	return nil
}

// plan decides what is to be read of each table: what is new, or all of it.
func (l *lines) plan(now listing) []*job {
	var jobs []*job
	for _, name := range sortedKeys(now) {
		j := &job{name: name, now: now[name], part: l.parts[name], last: l.passes}
		s, known := l.schema.shape(name)
		switch {
		case j.part == nil:
			l.begin(j)
		case !j.part.fits(j.now) || known && !s.equal(&j.part.table.shape):
			l.restart(j)
		}
		jobs = append(jobs, j)
	}
	return jobs
}

// begin makes a job read all of its table.
func (l *lines) begin(j *job) {
	s, known := l.schema.shape(j.name)
	t := newTable(s, nil)
	if !known {
		first := guessed(j.name, nil)
		t.guess = &first
	}
	j.part, j.fresh = &part{table: t, shards: make(map[uint8]*shard)}, true
}

// restart makes a job read all of its table again. The order in which its rows were written is lost.
func (l *lines) restart(j *job) {
	l.begin(j)
	j.last = 0
}

// run reads what is to be read of a table, all of it where a file was replaced.
func (l *lines) run(ctx context.Context, j *job, p pass) {
	j.err = l.load(ctx, j, p)
	if errors.Is(j.err, errReplaced) && !j.fresh {
		l.restart(j)
		j.err = l.load(ctx, j, p)
	}
}

// load reads the shards of a table that have grown.
func (l *lines) load(ctx context.Context, j *job, p pass) error {
	var failed error
	for _, s := range j.part.grown(j.now, j.last) {
		changed, err := l.loadShard(ctx, j, s, p)
		j.changed = j.changed || changed
		if errors.Is(err, errReplaced) || ctx.Err() != nil {
			return err
		}
		if err != nil {
			failed = err // the others may be readable
			continue
		}
		s.unread = false
	}
	return failed
}

// loadShard reads what is new in a shard.
func (l *lines) loadShard(ctx context.Context, j *job, s *shard, p pass) (changed bool, err error) {
	in, err := l.files.Open(filepath.Join(l.dir, fmt.Sprintf("%s.%02x.jsonl", j.name, s.number)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, errReplaced
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	if !j.fresh {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	return j.part.table.read(ctx, in, s, p)
}

// publish makes what was read what others read, and reports whether it is other than before. A table that
// could not be read all over again stays as it was.
func (l *lines) publish(jobs []*job, pass uint32) (changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	parts := make(map[string]*part, len(jobs))
	for _, j := range jobs {
		old := l.parts[j.name]
		if j.fresh && j.err != nil && old != nil {
			parts[j.name] = old
			continue
		}
		parts[j.name] = j.part
		changed = j.finish(pass) || j.changed || j.fresh || changed
		if _, known := l.schema.shape(j.name); known {
			j.part.table.guess = nil
		}
	}
	changed = changed || len(parts) != len(l.parts)
	l.parts, l.catalog = parts, l.schema.catalog
	l.tables = make(map[string]*table, len(parts))
	for name, part := range parts {
		l.tables[name] = part.table
	}
	return changed
}

// finish notes how far the shards were read, and reports whether other lines are unfinished than before.
func (j *job) finish(pass uint32) (changed bool) {
	torn := 0
	for _, s := range j.part.shards {
		if !s.unread {
			s.seen = pass
		}
		if s.torn() {
			torn++
		}
	}
	changed = torn != j.part.table.torn
	j.part.table.torn = torn
	return changed
}
