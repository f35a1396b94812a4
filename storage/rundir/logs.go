package rundir

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// Bounds of what is read of logs.
const (
	maxLogs  = 16
	maxTail  = 8 << 20   // of a log at its first reading, from its end; and at each later one
	headSize = 64 << 10  // of its beginning, where it says which files were loaded
	maxLine  = 256 << 10 // what is longer is not the driver's
)

// logs is what the logs of a run say of it.
type logs struct {
	dir   string
	files map[string]*logFile

	changed, listed time.Time // of the directory when it was listed, and when that was
}

// logFile is one log as far as it was read.
type logFile struct {
	runfile.Stamp
	offset  int64
	rest    []byte // of its last line, without an end
	loaded  string // where the steps.yaml was read from; empty: it does not say
	began   int    // entries that were begun or passed over, since the run was started last
	kind    string // of the last one
	earlier []failure
	failed  []failure // since the run was started last
}

// failure is an entry of steps.yaml that failed.
type failure struct {
	entry     int
	kind, why string
}

// look lists the directory again if it has changed.
func (l *logs) look(now time.Time) {
	at := changedAt(l.dir)
	if l.files == nil || !at.Equal(l.changed) || l.listed.Sub(at) <= settled {
		l.changed, l.listed = at, now
		l.list()
	}
}

// names are the logs of the directory.
func (l *logs) names() []string { return slices.Sorted(maps.Keys(l.files)) }

// list lists the logs: if there are too many, first those of the run itself.
func (l *logs) list() {
	old := l.files
	l.files = map[string]*logFile{}
	d, err := os.Open(l.dir)
	if err != nil {
		return
	}
	defer d.Close()
	var names []string
	for err == nil {
		var entries []fs.DirEntry
		entries, err = d.ReadDir(256)
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".log") && !e.IsDir() {
				names = append(names, e.Name())
			}
		}
	}
	foreign := func(name string) int { return btoi(!slices.Contains(runfile.Logs, name)) }
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(foreign(a)-foreign(b), strings.Compare(a, b)) })
	for _, name := range names[:min(len(names), maxLogs)] {
		if l.files[name] = old[name]; l.files[name] == nil {
			l.files[name] = &logFile{}
		}
	}
}

// read reads what has grown.
func (l *logs) read(now time.Time) {
	l.look(now)
	for _, name := range l.names() {
		l.files[name].read(filepath.Join(l.dir, name))
	}
}

// newest is when a log was written last.
func (l *logs) newest(now time.Time) (at time.Time) {
	l.look(now)
	for _, name := range l.names() {
		if s := runfile.StampOf(filepath.Join(l.dir, name)); s.Changed.After(at) {
			at = s.Changed
		}
	}
	return at
}

// read reads on in a log. One that has shrunk is another one.
func (f *logFile) read(path string) {
	now := runfile.StampOf(path)
	if now == f.Stamp || now == (runfile.Stamp{}) {
		return
	}
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer file.Close()
	if now.Size < f.offset {
		*f = logFile{}
	}
	f.Stamp = now
	if f.offset == 0 && now.Size > maxTail {
		f.head(file)
	}
	if now.Size-f.offset > maxTail {
		f.offset, f.rest = now.Size-maxTail, nil
	}
	b, err := io.ReadAll(io.NewSectionReader(file, f.offset, now.Size-f.offset))
	if err != nil && len(b) == 0 {
		return
	}
	f.offset += int64(len(b))
	f.take(b)
}

// head reads where the files were loaded from.
func (f *logFile) head(file *os.File) {
	b, _ := io.ReadAll(io.NewSectionReader(file, 0, headSize))
	for line := range bytes.Lines(b) {
		if words, ok := message(line); ok {
			if path, ok := strings.CutPrefix(words, "Loading steps from "); ok {
				f.loaded = path
			}
		}
	}
}

// take reads whole lines.
func (f *logFile) take(b []byte) {
	if len(f.rest) > 0 {
		b = append(f.rest, b...)
	}
	end := bytes.LastIndexByte(b, '\n') + 1
	if f.rest = bytes.Clone(b[end:]); len(f.rest) > maxLine {
		f.rest = nil
	}
	for line := range bytes.Lines(b[:end]) {
		if words, ok := message(line); ok {
			f.line(words)
		}
	}
}

// message is the words of a line of the driver: "[2026-09-24 00:00:57] INFO    words". What workers
// say begins with their name.
func message(line []byte) (string, bool) {
	if len(line) < 30 || len(line) > maxLine || line[0] != '[' || line[20] != ']' || line[5] != '-' {
		return "", false
	}
	_, words, ok := strings.Cut(strings.TrimLeft(string(line[21:]), " "), " ")
	return strings.TrimSpace(words), ok
}

var (
	running = regexp.MustCompile(`^Running \d+(/\d+)? steps with tick=`)
	failing = regexp.MustCompile(`^Error executing step (\d+) \(([^)]*)\): ?(.*)`)
)

// line takes note of what a line says.
func (f *logFile) line(words string) {
	switch {
	case strings.HasPrefix(words, "Loading steps from "):
		f.loaded = strings.TrimPrefix(words, "Loading steps from ")
		f.began, f.kind, f.earlier, f.failed = 0, "", f.failed, nil
	case strings.HasPrefix(words, "Resuming from "):
		f.failed, f.earlier = append(f.earlier, f.failed...), nil
	case strings.HasPrefix(words, "Skipping step "):
		f.began++
	case running.MatchString(words):
		f.began, f.kind = f.began+1, "run"
	case strings.HasPrefix(words, "Running questionnaire "):
		f.began, f.kind = f.began+1, "questionnaire"
	case strings.HasPrefix(words, "Asking: "):
		f.began, f.kind = f.began+1, "ask"
	case strings.HasPrefix(words, "Intervening: "):
		f.began, f.kind = f.began+1, "intervene"
	case strings.HasPrefix(words, "Error executing step "):
		if m := failing.FindStringSubmatch(words); m != nil && len(f.failed) < maxFailures {
			n, _ := strconv.Atoi(m[1])
			f.failed = append(f.failed, failure{n, m[2], m[3]})
		}
	}
}

// maxFailures is how many failed entries of a log are kept.
const maxFailures = 1000

// stepsPath is the steps.yaml that a log names, if it is on this machine. Logs are read for it once
// they are read at all.
func (l *logs) stepsPath() string {
	for _, name := range l.names() {
		path := l.files[name].loaded
		if path == "" {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(l.dir, path)
		}
		if ext := filepath.Ext(path); (ext == ".yaml" || ext == ".yml" || ext == ".json") && runfile.Regular(path) {
			return path
		}
	}
	return ""
}

// driver is the log that says most of the entries; nil if none says anything.
func (l *logs) driver() (best *logFile) {
	for _, name := range l.names() {
		f := l.files[name]
		if f.began > 0 && (best == nil || f.began > best.began || f.began == best.began && f.Changed.After(best.Changed)) {
			best = f
		}
	}
	return best
}

// failures are the entries that failed, each once, in the words of a warning.
func (l *logs) failures() []text.Text {
	var all []string
	for _, name := range l.names() {
		for _, x := range l.files[name].failed {
			if s := x.String(); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	if n := len(all) - maxTold; n > 0 {
		all = append(all[:maxTold], fmt.Sprintf("%d more steps failed", n))
	}
	told := make([]text.Text, len(all))
	for i, s := range all {
		told[i] = text.Clean(s)
	}
	return told
}

// maxTold is how many failures are told each by itself.
const maxTold = 3

// agentFailed is what a RunStep says that ends because of its agents.
var agentFailed = regexp.MustCompile(`^Agent step failures \((\d+)\): ?(.*)`)

// String is the failure in the words of a warning.
func (x failure) String() string {
	if m := agentFailed.FindStringSubmatch(x.why); m != nil {
		if m[1] == "1" {
			return text.Clip("an agent failed: "+m[2], maxWords)
		}
		return text.Clip(m[1]+" agents failed: "+m[2], maxWords)
	}
	return text.Clip(fmt.Sprintf("step %d failed: %s", x.entry, x.why), maxWords)
}

// maxWords is how long a warning may be.
const maxWords = 300
