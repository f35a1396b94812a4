package storage

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"societop/model"
	"societop/storage/endpoint"
	"societop/storage/gzfile"
	"societop/storage/several"
	"societop/storage/sqldb"
	"societop/storage/sqldb/postgres"
	"societop/storage/sqldb/sqlite"
	"societop/storage/ssh"
)

var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://`)

// Open opens a source, or several as one, each once. It fails with ErrUsage where one of the addresses
// is of no use; of several, what can't be opened otherwise is tried again while the others are read.
func Open(ctx context.Context, specs []model.SourceSpec) (model.Source, error) {
	var parts []several.Part
	for _, spec := range specs {
		if err := model.RefuseKeywords(spec.Address, exists); err != nil {
			return nil, err
		}
		name := model.NewSourceName(cmp.Or(spec.Name, model.CanonicalAddress(spec.Address, resolved)))
		if slices.ContainsFunc(parts, func(p several.Part) bool { return p.Name == name }) {
			continue
		}
		parts = append(parts, several.Part{
			Name: name, Interval: spec.Interval, Now: spec.Access.Now,
			Info: model.Info{Kind: "source", Address: name.Text(), Guarded: !IsFile(spec.Address)}, // until it is open, and says so
			Open: func(ctx context.Context) (model.Source, error) { return openOne(ctx, spec.Address, spec.Access) },
		})
	}
	switch len(parts) {
	case 0:
		return nil, usage("", "no source is named")
	case 1:
		return parts[0].Open(ctx)
	}
	s, err := several.Join(ctx, parts)
	if err != nil {
		return nil, err // a nil *Source in a Source would not be nil
	}
	return s, nil
}

// resolved is the absolute path of a file, with links resolved as far as it is there.
func resolved(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil { // it may come to be
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// openOne opens the source at an address: http:// and https:// are an endpoint, postgres:// and its like a database, ssh:// a file on another machine, a path is a
// directory of AgentSociety 2 or a sqlite.db of AgentSociety if it is one, else a lab file, which is only ever read without access.Write; of one that
// is compressed by gzip, an unpacked copy is. What else is at the address is not looked at, so that it may come to be later. It fails with ErrUsage where the address is empty or of another
// scheme, or where it, or what access has for it, is of no use.
func openOne(ctx context.Context, address string, access model.Access) (model.Source, error) {
	m := scheme.FindStringSubmatch(address)
	switch {
	case address == "":
		return nil, usage(address, "the address is empty")
	case m == nil && otherwise(address) != "" && !exists(address):
		return nil, usage(address, "a file of this name is not there; "+otherwise(address))
	case m == nil && gzfile.IsFile(address):
		return openCompressed(ctx, address, access)
	case m == nil:
		return openFile(address, access)
	case strings.EqualFold(m[1], "http"), strings.EqualFold(m[1], "https"):
		c, err := endpoint.Open(address, access)
		if err != nil {
			return nil, err // a nil *Client in a Source would not be nil
		}
		return c, nil
	case strings.EqualFold(m[1], "ssh"):
		s, err := ssh.Open(address, access)
		if err != nil {
			return nil, err // as above
		}
		return s, nil
	case postgres.IsAddress(address):
		db, err := postgres.New(address, access)
		if err != nil {
			return nil, err
		}
		return sqldb.New(db, access.Now), nil
	}
	return nil, usage(m[0]+"…", fmt.Sprintf("there is no source of the kind %q; a source is a lab file, or an address that begins with http://, https://, postgres:// or ssh://", m[1]))
}

// openSQLite opens a sqlite.db of AgentSociety.
func openSQLite(path string, access model.Access) (*sqldb.Source, error) {
	db, err := sqlite.New(path, sqlite.Options{Patience: enginePatience})
	if err != nil {
		return nil, &model.Error{Op: "open", Address: path, Err: model.ErrUnreadable, Detail: err.Error()}
	}
	return sqldb.New(db, access.Now), nil
}

// enginePatience is how long a reader of a sqlite.db waits for the engine to end a write.
const enginePatience = 2 * time.Second

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func usage(address, why string) error {
	return &model.Error{Op: "open", Address: address, Err: model.ErrUsage, Detail: why}
}
