package exporter

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/txn"
)

// Export writes one experiment of a source into a zip at a path, as AgentSociety's own export is. There
// may be no file, unless that is to be replaced; no directory is made. The progress may be nil.
//
// It fails with model.ErrExists, model.ErrUnwritable or model.ErrFull where the file can't be
// written, and with the errors of reading the source; then there is no new file.
func Export(ctx context.Context, src model.Source, k model.Key, path string, o model.ExportOptions, adv model.ProgressFunc) (report model.ExportReport, err error) {
	if err := mayWrite(src, path, o); err != nil {
		return report, err
	}
	e, err := src.Experiment(ctx, k)
	if err != nil {
		return report, err
	}
	r := newReading(src, &report, &progress{advance: adv, left: 1})
	r.take(e)
	err = written(path, o, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<18)
		if err := writeZip(ctx, w, r); err != nil {
			return err
		}
		return errors.Join(w.Flush(), f.Sync())
	})
	r.close(path)
	return report, err
}

// mayWrite fails where there is a file already that is not to be replaced, or is the source itself.
func mayWrite(src model.Source, path string, o model.ExportOptions) error {
	info, err := os.Stat(path)
	switch of := src.Info(); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return failure(path, err)
	case info.IsDir():
		return &model.Error{Op: "export", Address: path, Err: model.ErrUnwritable, Detail: "it is a directory"}
	case of.Local:
		if from, err := os.Stat(of.Address.Raw()); err == nil && os.SameFile(from, info) {
			return &model.Error{Op: "export", Address: path, Err: model.ErrUsage, Detail: "a lab file can't be exported into itself"}
		}
	}
	if !o.Replace {
		return &model.Error{Op: "export", Address: path, Err: model.ErrExists}
	}
	return nil
}

// written makes a file that write fills. It gets its name when it is whole, and only its owner can
// read it.
func written(path string, o model.ExportOptions, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return failure(path, err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = publish(f.Name(), path, o)
	}
	return failure(path, err)
}

// publish gives a file that is whole its name.
func publish(temporary, path string, o model.ExportOptions) error {
	if o.Replace {
		return os.Rename(temporary, path)
	}
	return txn.Publish(temporary, path)
}

// failure is what an error of the file means. Those of the source are as they are.
func failure(path string, err error) error {
	var known *model.Error
	var system *fs.PathError
	var link *os.LinkError
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &model.Error{Op: "export", Address: path, Err: model.ErrUnwritable}
	switch {
	case errors.As(err, &system):
		e.Detail = system.Err.Error()
	case errors.As(err, &link):
		e.Detail = link.Err.Error()
	default:
		return err
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		e.Err, e.Detail = model.ErrExists, ""
	case errors.Is(err, fs.ErrNotExist):
		e.Detail = "there is no such directory"
	case labfile.Full(err):
		e.Err = model.ErrFull
	}
	return e
}
