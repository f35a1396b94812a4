package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/bolt/check"
	"societop/storage/gzfile"
	"societop/storage/sqldb"
	"societop/storage/sqldb/sqlite"
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

// packedDatabase is a sqlite.db that was compressed by gzip: an unpacked copy of it, as packed is.
type packedDatabase struct {
	*sqldb.Source
	dir     string
	address text.Text
}

// Info names the file as it was given.
func (p packedDatabase) Info() model.Info {
	info := p.Source.Info()
	info.Address = p.address
	return info
}

// Close removes the copy.
func (p packedDatabase) Close() error { return errors.Join(p.Source.Close(), os.RemoveAll(p.dir)) }

// openCompressed opens the lab file, or the sqlite.db, that is compressed by gzip at a path.
func openCompressed(ctx context.Context, path string, access model.Access) (model.Source, error) {
	p, err := openPacked(ctx, path)
	if err != nil {
		return nil, err
	}
	unpacked := p.Store.Info().Address.Raw()
	if !sqlite.IsFile(unpacked) {
		return p, nil
	}
	db, err := openSQLite(unpacked, access)
	if err == nil {
		err = p.Store.Close() // which has not been opened
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.dir))
	}
	return packedDatabase{db, p.dir, p.address}, nil
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

// Forbids says that the compressed file is not changed.
func (p *packed) Forbids(c model.Control) error {
	return &model.Error{Op: c.String(), Address: p.address.String(), Err: model.ErrNotOffered, Detail: "it is compressed; unpack it with gunzip first"}
}

// Carry does nothing, for the reason that Forbids has.
func (p *packed) Carry(_ context.Context, k model.Key, o model.Order, _ model.ProgressFunc) model.ControlResult {
	return model.NewResult(k, o.Control, "", p.Forbids(o.Control))
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

// Check checks the lab file at a path as [check.Lab] does, also one that is compressed by gzip.
func Check(ctx context.Context, path string, adv model.ProgressFunc) (model.CheckReport, error) {
	if !gzfile.IsFile(path) {
		return check.Lab(ctx, path, adv)
	}
	p, err := openPacked(ctx, path)
	if err != nil {
		return model.CheckReport{}, err
	}
	copied := p.Store.Info().Address.Raw()
	report, err := check.Lab(ctx, copied, adv)
	var e *model.Error
	if errors.As(err, &e) && e.Address == copied {
		e.Address = path
	}
	return report, errors.Join(err, p.Close())
}
