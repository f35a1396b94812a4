package rundir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"societop/storage/rundir/replay"
	"societop/storage/rundir/runfile"
)

// The directories of an experiment in a workspace.
const (
	initDir = "init"
	runDir  = "run"
)

// Bounds of the search.
const (
	maxDepth   = 4
	maxFolders = 50_000
	// settled is how long ago a directory must have changed for its time to say that it has not
	// changed since: times of some file systems are of whole seconds.
	settled = 3 * time.Second
	// rescan is how often the directory of a run is read again, whatever its time.
	rescan = time.Minute
)

// place is where a run is.
type place struct {
	dir  string // absolute, without links; it need not be there
	name string // relative to the source, with slashes
	init string // the init directory of its experiment; empty: none
	data bool   // it has rows, so that it was started though its pid.json may be missing
}

// folder is a directory as it was read last.
type folder struct {
	path     string // absolute, without links
	name     string // relative to the source
	depth    int
	changed  time.Time // its time when it was read
	read     time.Time // when
	has      map[string]bool
	subs     []sub
	strong   bool // it is a run
	data     bool // it has rows
	weak     bool
	init     bool          // it is an experiment of a workspace
	database runfile.Stamp // of its sqlite.db when that was looked at, and
	rows     bool          // whether it is one of version 2
}

// sub is a directory in a folder, or a link that may lead to one.
type sub struct {
	name string
	link bool
}

// tree is what is known of the directories below a source.
type tree struct {
	root    string // as it was given
	folders map[string]*folder
	trouble error // what could not be read by the last scan; nil if all could
}

// scan looks at all directories, reads those that have changed, and returns the runs. It fails where
// the root can't be read.
func (t *tree) scan(ctx context.Context, now time.Time) ([]place, error) {
	root, err := filepath.Abs(t.root)
	if err == nil {
		root, err = filepath.EvalSymlinks(root)
	}
	if err != nil {
		return nil, err
	}
	s := scanning{tree: t, now: now, seen: map[string]*folder{}, queue: []visit{{path: root}}}
	for len(s.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(s.seen) >= maxFolders {
			s.trouble = append(s.trouble, fmt.Errorf("only the first %d directories were looked at", maxFolders))
			break
		}
		v := s.queue[0]
		s.queue = s.queue[1:]
		if err := s.visit(ctx, v); err != nil {
			if v.depth == 0 {
				return nil, err
			}
			if !errors.Is(err, fs.ErrNotExist) {
				s.trouble = append(s.trouble, err)
			}
		}
	}
	t.folders, t.trouble = s.seen, joined(s.trouble)
	return s.places(root), nil
}

// joined is the first of some errors, and how many others there are.
func joined(all []error) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return fmt.Errorf("%w, and %d more", all[0], len(all)-1)
}

// scanning is one scan of a tree.
type scanning struct {
	tree    *tree
	now     time.Time
	seen    map[string]*folder
	queue   []visit
	trouble []error
}

// visit is a directory that is to be looked at.
type visit struct {
	path, name string
	depth      int
	link       bool
}

// visit looks at a directory, and queues those in it: links last, so that a run has the name of its
// own place.
func (s *scanning) visit(ctx context.Context, v visit) error {
	if v.link {
		target, err := filepath.EvalSymlinks(v.path)
		if err != nil {
			return nil // it leads nowhere, or in a circle
		}
		v.path = target
	}
	if s.seen[v.path] != nil {
		return nil
	}
	f, err := s.folder(ctx, v)
	if f == nil {
		return err
	}
	f.name, f.depth = v.name, v.depth
	s.seen[v.path] = f
	if v.depth == maxDepth {
		return err
	}
	for _, sub := range f.subs {
		if f.owns(sub.name) {
			continue
		}
		s.queue = append(s.queue, visit{filepath.Join(v.path, sub.name), strings.TrimPrefix(v.name+"/"+sub.name, "/"), v.depth + 1, sub.link})
	}
	return err
}

// owned are the directories in which a run keeps its data.
var owned = []string{runfile.Replay, runfile.Trace, "agents", runfile.Artifacts, "env", "custom", initDir}

// owns reports whether a directory in this one can't hold runs.
func (f *folder) owns(name string) bool {
	return name == initDir && f.init || f.strong && slices.Contains(owned, name) || name == "node_modules" || name == "__pycache__"
}

// folder is a directory as it is now. Where it can't be read, but could before, it is as it was, and
// the error says why.
func (s *scanning) folder(ctx context.Context, v visit) (*folder, error) {
	old := s.tree.folders[v.path]
	if old != nil && old.strong && s.now.Sub(old.read) < rescan {
		return old, nil
	}
	info, err := os.Stat(v.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return old, err
	case !info.IsDir():
		return nil, nil
	case old != nil && old.changed.Equal(info.ModTime()) && old.read.Sub(old.changed) > settled && !old.strong:
		old.judge(ctx)
		return old, nil
	}
	f := &folder{path: v.path, changed: info.ModTime(), read: s.now, has: map[string]bool{}}
	if err := f.list(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return old, err
	}
	if old != nil {
		f.database, f.rows = old.database, old.rows
	}
	f.judge(ctx)
	return f, nil
}

// list reads the directory.
func (f *folder) list() error {
	d, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1024)
		for _, e := range entries {
			f.note(e)
		}
		switch {
		case errors.Is(err, io.EOF):
			slices.SortFunc(f.subs, func(a, b sub) int {
				if a.link != b.link {
					return cmp.Compare(btoi(a.link), btoi(b.link))
				}
				return cmp.Compare(a.name, b.name)
			})
			return nil
		case err != nil:
			return err
		}
	}
}

// note takes note of what is in the directory.
func (f *folder) note(e fs.DirEntry) {
	name := e.Name()
	switch link := e.Type()&fs.ModeSymlink != 0; {
	case name == runfile.PID, name == runfile.Society, name == runfile.Database, name == runfile.Config, name == runfile.Plan, strings.HasSuffix(name, ".log"):
		if link || e.Type().IsRegular() {
			f.has[name] = true
		}
	case (e.IsDir() || link) && !strings.HasPrefix(name, "."):
		f.subs = append(f.subs, sub{name, link})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// judge finds out whether the directory is a run.
func (f *folder) judge(ctx context.Context) {
	f.data = f.sub(runfile.Replay) && runfile.Regular(filepath.Join(f.path, runfile.Replay, runfile.Schema)) || f.isDatabase(ctx)
	f.strong = f.data || f.has[runfile.PID] || f.has[runfile.Society]
	f.weak = f.has[runfile.Config] && f.has[runfile.Plan] && filepath.Base(f.path) != initDir
	f.init = f.sub(initDir) && (runfile.Regular(filepath.Join(f.path, initDir, runfile.Config)) || runfile.Regular(filepath.Join(f.path, initDir, runfile.Plan)))
}

// isDatabase reports whether the sqlite.db of the directory is one of version 2. While it can't be
// read, it is what it was.
func (f *folder) isDatabase(ctx context.Context) bool {
	if !f.has[runfile.Database] {
		return false
	}
	path := filepath.Join(f.path, runfile.Database)
	if f.rows && f.database != (runfile.Stamp{}) {
		return true
	}
	if now := runfile.StampOf(path); now != f.database {
		if is, err := replay.IsDatabase(ctx, path); err == nil {
			f.database, f.rows = now, is
		}
	}
	return f.rows
}

func (f *folder) sub(name string) bool {
	return slices.ContainsFunc(f.subs, func(s sub) bool { return s.name == name })
}

// places are the runs in what was seen.
func (s *scanning) places(root string) []place {
	var all []place
	known := map[string]bool{}
	add := func(p place) {
		if p.name == "" {
			p.name = filepath.Base(root)
		}
		if !known[p.dir] {
			known[p.dir] = true
			all = append(all, p)
		}
	}
	ordered := make([]*folder, 0, len(s.seen))
	for _, f := range s.seen {
		ordered = append(ordered, f)
	}
	slices.SortFunc(ordered, func(a, b *folder) int { return cmp.Or(a.depth-b.depth, cmp.Compare(a.name, b.name)) })
	for _, f := range ordered {
		if f.init && f.depth < maxDepth {
			add(place{dir: runfile.Resolve(filepath.Join(f.path, runDir)), name: strings.TrimPrefix(f.name+"/"+runDir, "/"), init: filepath.Join(f.path, initDir)})
		}
		if f.strong {
			p := place{dir: f.path, name: f.name, data: f.data}
			if init := filepath.Join(filepath.Dir(f.path), initDir); runfile.Regular(filepath.Join(init, runfile.Config)) || runfile.Regular(filepath.Join(init, runfile.Plan)) {
				p.init = init
			}
			add(p)
		}
	}
	for _, f := range ordered {
		if f.weak && !f.strong && !below(all, f.path) {
			add(place{dir: f.path, name: f.name})
		}
	}
	return all
}

// below reports whether there are runs below a directory, or one in it.
func below(all []place, dir string) bool {
	prefix := strings.TrimSuffix(dir, string(filepath.Separator)) + string(filepath.Separator)
	return slices.ContainsFunc(all, func(p place) bool { return p.dir == dir || strings.HasPrefix(p.dir, prefix) })
}
