// Command societop watches AgentSociety experiments in a terminal.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // $TZ has a meaning on machines without zone files, too

	"societop/model"
	"societop/storage"
	"societop/storage/bolt"
	"societop/storage/demo"
	"societop/storage/importer"
	"societop/storage/record"
	"societop/storage/serve"
	"societop/ui"
	"societop/ui/cli"

	"github.com/charmbracelet/x/term"
)

// version is set by the linker in releases.
var version string

func main() {
	ctx, stop := context.WithCancelCause(context.Background())
	listen(stop)
	go hold(os.Stdout, stop)
	os.Exit(cli.Main(ctx, environment()))
}

// listen ends ctx at the first signal; the next one ends the program at once. Signals that
// were ignored at the start, as SIGHUP is under nohup, stay ignored. SIGQUIT has what every
// goroutine is doing reported, too.
func listen(stop context.CancelCauseFunc) {
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	go func() {
		if s, ok := (<-signals).(syscall.Signal); ok {
			signal.Stop(signals)
			var err error = cli.Signal(s)
			if s == syscall.SIGQUIT {
				err = errors.Join(err, model.AllStacks("it was told to quit by SIGQUIT"))
			}
			stop(err)
		}
	}()
}

// environment is the world as it is.
func environment() cli.Env {
	return cli.Env{
		Args:       os.Args[1:],
		In:         os.Stdin,
		Out:        os.Stdout,
		Err:        os.Stderr,
		Environ:    os.Environ(),
		Now:        time.Now,
		Zone:       time.Local,
		IsTerminal: isTerminal,
		Width:      terminalWidth,
		Suspend:    underShell(),
		Version:    describe(),
		Open:       storage.Open,
		Import:     importer.Import,
		Record:     record.Record,
		Check:      bolt.Check,
		Report:     storage.Report,
		Serve:      serveLab,
		DemoWrite:  demo.Write,
		DemoLive:   demo.Live,
		Monitor:    ui.Run,
	}
}

// serveLab serves a lab file, which it only ever reads.
func serveLab(ctx context.Context, lab string, o model.ServeOptions, ready func(url string)) error {
	src := bolt.Open(lab, bolt.Options{})
	return errors.Join(serve.Run(ctx, src, o, ready), src.Close())
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// terminalWidth is how many columns a terminal has; 0 where that is not known.
func terminalWidth(stream any) int {
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}

// describe is the version with the toolchain and the platform.
func describe() string {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("%s (%s, %s/%s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
