// Package gzfile unpacks files that were compressed by gzip. A file is told by its content, and no
// more comes of it than a lab file or a database can be packed to: the rest would be a bomb. [Bounded]
// holds other packed data to the same bound.
package gzfile

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// What a file unpacks to at most: so many bytes, and so many times its length, or maxPacked.
const (
	looseBytes  = 64 << 20
	packedTimes = 250
	maxPacked   = 1 << 40
)

// ErrDamaged is returned for a file that can't be unpacked as a whole.
var ErrDamaged = errors.New("the gzip file is damaged")

// Is reports whether a file that begins with head is compressed by gzip.
func Is(head []byte) bool { return strings.HasPrefix(string(head), "\x1f\x8b\x08") }

// IsFile reports whether the file at path is a regular one that is compressed by gzip.
func IsFile(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 3)
	_, err = io.ReadFull(f, head)
	return err == nil && Is(head)
}

// Unpack unpacks the file at path into a new file of the directory dir, and returns its path. The
// new file has the time of the old one, and its name without ".gz".
func Unpack(ctx context.Context, path, dir string) (unpacked string, err error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return "", err
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	unpacked = filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), ".gz"))
	out, err := os.OpenFile(unpacked, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, Bounded(ctx, z, info.Size(), "gzip file", ErrDamaged))
	if err = errors.Join(err, out.Close()); err != nil {
		_ = os.Remove(unpacked)
		return "", err
	}
	return unpacked, os.Chtimes(unpacked, info.ModTime(), info.ModTime())
}

// Bounded returns a reader of what so many packed bytes unpack to. It fails when ctx is done, and
// where more comes than they can have been packed from; of is what it names them by. Errors of r are
// wrapped in damaged.
func Bounded(ctx context.Context, r io.Reader, packed int64, of string, damaged error) io.Reader {
	return &bounded{ctx, r, looseBytes + packedTimes*min(packed, maxPacked), of, damaged}
}

// bounded reads up to a limit, and until ctx is done.
type bounded struct {
	ctx     context.Context
	r       io.Reader
	left    int64
	of      string
	damaged error
}

// Read reads on.
func (b *bounded) Read(p []byte) (n int, err error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err = b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("it is far longer than its %s", b.of)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", b.damaged, err)
	}
	return n, err
}
