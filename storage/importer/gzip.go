package importer

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// gzipHead reports whether a file that begins with head is compressed by gzip.
func gzipHead(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1F, 0x8B, 8}) }

// openGzip unpacks the file at path into the directory temp, and opens what was in it.
func openGzip(ctx context.Context, path, temp string) (source, error) {
	dir, err := os.MkdirTemp(temp, "gz")
	if err != nil {
		return nil, spoolFailure(temp, err)
	}
	unpacked := filepath.Join(dir, "unpacked")
	if err := gunzip(ctx, path, unpacked); err != nil {
		return nil, err
	}
	head, err := readHead(unpacked)
	if err != nil {
		return nil, err
	}
	if gzipHead(head) {
		return nil, errors.New("it is compressed by gzip twice")
	}
	return open(ctx, unpacked, temp)
}

// gunzip unpacks a file into a new one, as much as a member of a zip may be.
func gunzip(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("the gzip file is damaged: %w", err)
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return spoolFailure(filepath.Dir(to), err)
	}
	_, err = io.Copy(&spooled{out, filepath.Dir(to)}, &bounded{ctx: ctx, r: z, left: looseBytes + packedTimes*info.Size(), of: "gzip file"})
	return errors.Join(err, out.Close())
}

// spooled is a temporary file that says where it is when it can't be written.
type spooled struct {
	*os.File
	dir string
}

// Write writes to the file.
func (s *spooled) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	return n, spoolFailure(s.dir, err)
}
