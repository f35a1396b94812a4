package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/gzfile"
)

// packed is a lab file that was compressed by gzip: an unpacked copy of it, which goes away when it
// is closed.
type packed struct {
	*bolt.Store
	dir     string
	address text.Text
}

// openPacked unpacks the lab file at path.
func openPacked(ctx context.Context, path string) (*packed, error) {
	dir, err := os.MkdirTemp("", "societop-lab-")
	if err != nil {
		return nil, unpackError(path, err)
	}
	unpacked, err := gzfile.Unpack(ctx, path, dir)
	if err != nil {
		return nil, errors.Join(unpackError(path, err), os.RemoveAll(dir))
	}
	return &packed{bolt.Open(unpacked, bolt.Options{}), dir, text.Clean(path)}, nil
}

// unpackError is what an error of unpacking means.
func unpackError(path string, err error) error {
	e := &model.Error{Op: "open", Address: path, Err: model.ErrNotLab, Detail: err.Error()}
	var system *fs.PathError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, gzfile.ErrDamaged):
		e.Err = model.ErrDamaged
	case errors.As(err, &system):
		e.Err = model.ErrUnreadable
	}
	return e
}

// Info names the file as it was given.
func (p *packed) Info() model.Info {
	info := p.Store.Info()
	info.Address = p.address
	return info
}

// Close removes the copy.
func (p *packed) Close() error { return errors.Join(p.Store.Close(), os.RemoveAll(p.dir)) }

// Report says what the lab file at a path is.
func Report(ctx context.Context, path string) (model.LabReport, error) {
	if !gzfile.IsFile(path) {
		return bolt.Open(path, bolt.Options{}).Report(ctx)
	}
	p, err := openPacked(ctx, path)
	if err != nil {
		return model.LabReport{}, err
	}
	report, err := p.Report(ctx)
	return report, errors.Join(err, p.Close())
}
