// Command societop watches AgentSociety experiments in a terminal.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"
	_ "time/tzdata" // for $TZ on machines without zone files

	"societop/model"
	"societop/storage"
	"societop/storage/demo"
	"societop/storage/exporter"
	"societop/storage/intake"
	"societop/storage/record"
	"societop/storage/serve"
	"societop/storage/ssh/stdio"
	"societop/ui"
	"societop/ui/cli"
	"societop/ui/cli/console"
)

// version is set by the linker in releases.
var version string

func main() {
	os.Exit(cli.Main(console.Context(), environment()))
}

// environment connects the commands to the system, the storage and the monitor.
func environment() cli.Env {
	return cli.Env{
		Args: console.Args(),
		Streams: cli.Streams{
			In:         os.Stdin,
			Out:        os.Stdout,
			Err:        os.Stderr,
			IsTerminal: console.IsTerminal,
			Width:      console.Width,
		},
		Environ: os.Environ(),
		Now:     time.Now,
		Zone:    time.Local,
		Suspend: console.UnderShell(),
		Version: describe(),
		Storage: cli.Storage{
			Open:      storage.Open,
			Import:    intake.Import,
			Export:    exporter.Export,
			ExportLab: exporter.ExportLab,
			Record:    record.Record,
			Check:     storage.Check,
			Report:    storage.Report,
			Serve:     serve.Run,
			Stdio:     serveStdio,
			DemoWrite: demo.Write,
			DemoLive:  demo.Live,
		},
		Monitor: ui.Run,
	}
}

// serveStdio serves a file on a pipe, which it opens for reading only.
func serveStdio(ctx context.Context, in io.Reader, out io.Writer, release string, standard func() (string, error), access model.Access) error {
	return stdio.Serve(ctx, in, out, stdio.Options{
		Release: release,
		Open: func(ctx context.Context, path string) (model.Source, error) {
			return storage.OpenFile(ctx, path, standard, access)
		},
		Handler: func(src model.Source) http.Handler { return serve.New(src, serve.Options{Version: release}) },
	})
}

// describe returns the version with the toolchain and the platform.
func describe() string {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("%s (%s, %s/%s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
