// Package charset reads text of the encodings that files of AgentSociety come in.
package charset

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var (
	// ErrNotUTF8 is returned for text that is to be UTF-8 and is none.
	ErrNotUTF8 = errors.New("it is no UTF-8")
	// ErrNoText is returned for text that is of no encoding that is known.
	ErrNoText = errors.New("its text is neither UTF-8, UTF-16 with a mark, nor GB18030")
)

// NewReader returns a text as UTF-8 without a byte order mark. With one of UTF-16 it is read as that;
// else as UTF-8, or as GB18030, of which GBK and GB 2312 are parts.
func NewReader(r io.Reader, asUTF8 bool) io.Reader {
	buffered := bufio.NewReaderSize(r, 1<<16)
	mark, _ := buffered.Peek(3) // an error is there again
	var from encoding.Encoding
	switch {
	case string(mark) == "\xef\xbb\xbf":
		_, _ = buffered.Discard(len(mark))
	case len(mark) > 1 && (string(mark[:2]) == "\xff\xfe" || string(mark[:2]) == "\xfe\xff"):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case !asUTF8:
		from = simplifiedchinese.GB18030
	}
	if from == nil {
		return transform.NewReader(buffered, &checked{wrong: ErrNotUTF8})
	}
	return transform.NewReader(transform.NewReader(buffered, from.NewDecoder()), &checked{wrong: ErrNoText, replaced: from == simplifiedchinese.GB18030})
}

// checked passes UTF-8 on, and fails where it is none, or where a decoder has put U+FFFD for what it
// did not know.
type checked struct {
	transform.NopResetter
	wrong    error
	replaced bool
}

// Transform copies what is whole.
func (c *checked) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		size := 1
		if src[nSrc] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRune(src[nSrc:])
			switch {
			case r == utf8.RuneError && size == 1 && !atEOF && !utf8.FullRune(src[nSrc:]):
				return nDst, nSrc, transform.ErrShortSrc
			case r == utf8.RuneError && (size == 1 || c.replaced):
				return nDst, nSrc, c.wrong
			}
		}
		if nDst+size > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], src[nSrc:nSrc+size])
		nSrc += size
	}
	return nDst, nSrc, nil
}
