package link

import (
	"compress/flate"
	"errors"
	"io"
	"net/http"

	"github.com/klauspost/compress/gzip"
)

// errPacked is the error of an answer that is not compressed as it says.
var errPacked = errors.New("not compressed as it says")

// unpacked reads the body of an answer, which may be compressed, within the limits: from reads
// what comes, and of what that turns out to be there may be most bytes.
func unpacked(answer *http.Response, from io.Reader, most int64) io.Reader {
	if answer.Header.Get("Content-Encoding") != "gzip" {
		return from
	}
	return &unpacker{from: from, left: most}
}

// unpacker reads gzip. A bomb grows a piece at a time, and only until its limit.
type unpacker struct {
	from io.Reader
	zip  *gzip.Reader
	left int64
}

// Read reads on, and beyond the limit gives out nothing more, as body.Read does.
func (u *unpacker) Read(p []byte) (n int, err error) {
	if u.zip == nil {
		if u.zip, err = gzip.NewReader(u.from); err != nil {
			return 0, packed(err)
		}
	}
	n, err = u.zip.Read(p)
	if u.left -= int64(n); u.left < 0 {
		return 0, ErrTooLong
	}
	return n, packed(err)
}

// packed is an error of the compression as one of this package; what reading the answer said stays
// as it is.
func packed(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return errPacked
	}
	return err
}
