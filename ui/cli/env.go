package cli

import (
	"cmp"
	"context"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/model/price"
	"societop/model/text"
	"societop/ui"
)

// Env is all that the commands know of the world. No function but Width may be nil.
type Env struct {
	Args []string // without the program's name
	Streams
	Environ []string // "KEY=value"
	Now     func() time.Time
	Zone    *time.Location // of the wall times that people read, where $TZ is not set
	Suspend bool           // a shell waits to which ^z may go back
	Version string         // of societop, with the toolchain and the platform
	Storage

	// Monitor shows the monitor until it is left or ctx is done.
	Monitor func(ctx context.Context, o ui.Options) error

	wrongZone text.Text    // what there is to say of $TZ
	prices    *price.Table // of --prices or the configuration; nil without
	conf      settings
}

// Streams are the standard streams, and what is known of them.
type Streams struct {
	In         io.Reader
	Out        io.Writer
	Err        io.Writer
	IsTerminal func(stream any) bool
	Width      func(stream any) int // columns of the terminal that a stream is; 0: not known
}

// Storage is the work of the storage side.
type Storage struct {
	// Open opens a source, or several as one; that there is nothing at an address may show at the
	// first read.
	Open func(ctx context.Context, specs []model.SourceSpec) (model.Source, error)
	// Import copies the experiments in AgentSociety's files into a lab file: those of some tenants,
	// or of all where none is named.
	Import func(ctx context.Context, files []string, lab string, tenants []string, adv model.ProgressFunc) (model.ImportReport, error)
	// Export writes one experiment of a source as the zip of an export.
	Export func(ctx context.Context, src model.Source, k model.Key, path string, o model.ExportOptions, adv model.ProgressFunc) (model.ExportReport, error)
	// ExportLab copies experiments of a source into a new lab file.
	ExportLab func(ctx context.Context, src model.Source, keys []model.Key, path string, o model.ExportOptions, adv model.ProgressFunc) (model.ExportReport, error)
	// Record copies a source into a lab file until ctx is done, or once.
	Record func(ctx context.Context, src model.Source, lab string, o model.RecordOptions, tell model.RecordObserver) error
	// Check reads all of a lab file. Damage is in the report, not in the error.
	Check func(ctx context.Context, lab string, adv model.ProgressFunc) (model.CheckReport, error)
	// Report describes a lab file as a file.
	Report func(ctx context.Context, lab string) (model.LabReport, error)
	// Serve serves a source as an endpoint until ctx is done. It calls ready with its URL.
	Serve func(ctx context.Context, src model.Source, o model.ServeOptions, ready func(url string)) error
	// Stdio serves a file as the other end of an ssh:// source asks, until in ends or ctx is done. standard
	// returns the source that is served where that one names none.
	Stdio func(ctx context.Context, in io.Reader, out io.Writer, release string, standard func() (string, error), access model.Access) error
	// DemoWrite writes a simulated lab as it is at its start.
	DemoWrite func(ctx context.Context, o model.DemoOptions, adv model.ProgressFunc) error
	// DemoLive writes a simulated lab and lets it live by a clock until ctx is done. It calls ready
	// when the lab is live.
	DemoLive func(ctx context.Context, o model.DemoOptions, now func() time.Time, ready func()) error
}

// getenv returns the value of an environment variable, or "" where it is not set.
func (e *Env) getenv(key string) string { return model.Getenv(e.Environ, key) }

// dataDir returns societop's directory below that of an XDG variable or else, as the XDG
// specification asks for one that is relative, below the usual one in the home directory. ok is
// false where there is neither.
func (e *Env) dataDir(variable string, usual ...string) (dir string, ok bool) {
	base := e.getenv(variable)
	if !filepath.IsAbs(base) {
		base = filepath.Join(append([]string{home(e)}, usual...)...)
	}
	return filepath.Join(base, "societop"), filepath.IsAbs(base)
}

// home is the user's directory; empty if it is not known.
func home(e *Env) string {
	return cmp.Or(e.getenv("HOME"), e.getenv("USERPROFILE")) // the second one on Windows
}

// screen reports whether w is a terminal on which a cursor can be moved.
func (e *Env) screen(w io.Writer) bool {
	return e.IsTerminal(w) && e.getenv("TERM") != "dumb"
}

// columns is how many columns the terminal has to which the output goes. It is 0 where the output
// goes to no terminal on which lines have to fit.
func (e *Env) columns() int {
	if !e.screen(e.Out) {
		return 0
	}
	return columnsOf(e, e.Out)
}

// columnsOf is how many columns a terminal has: by the terminal, or else by $COLUMNS, or else 80.
func columnsOf(e *Env, terminal io.Writer) int {
	if e.Width != nil {
		if n := e.Width(terminal); n > 0 {
			return n
		}
	}
	if n, err := strconv.Atoi(e.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return 80
}

// utf8 reports whether the locale's characters are UTF-8. Without a locale they are not,
// except on Windows, whose consoles have no locale.
func (e *Env) utf8() bool {
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := e.getenv(key); v != "" {
			v = strings.ToLower(v)
			return strings.HasSuffix(v, "utf-8") || strings.HasSuffix(v, "utf8")
		}
	}
	return runtime.GOOS == "windows"
}
