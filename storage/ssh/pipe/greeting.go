package pipe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"societop/storage/peer/wire"
)

// Version is that of the protocol: of these two lines, and of what follows them.
const Version = 1

// Request asks for a source.
type Request struct {
	Version int
	Path    string // absolute, or "~" or "~/…"; empty: the default source; any bytes but NUL
}

// Reply is the answer to a Request.
type Reply struct {
	Version int    `json:"version"`
	Release string `json:"release,omitempty"` // of the program, for people
	// Failure is why there is no source; nil where the protocol follows.
	Failure *wire.Error `json:"failure,omitempty"`
}

// The beginnings of the two lines differ, so that an echo is not taken for an answer.
const (
	asks    = "societop-hello "
	answers = "societop-stdio "
)

// maxLine is the most bytes of a line.
const maxLine = 64 << 10

// The errors of a line that is none of these.
var (
	ErrLine  = errors.New("it is not a societop that speaks")
	ErrNoise = errors.New("something else is printed before the answer")
)

type wireRequest struct {
	Version int    `json:"version"`
	Path    string `json:"path"` // percent-encoded, since JSON can't hold every byte
}

// Ask writes a request.
func Ask(w io.Writer, r Request) error {
	return write(w, asks, wireRequest{r.Version, url.PathEscape(r.Path)})
}

// Answer writes a reply.
func Answer(w io.Writer, r Reply) error { return write(w, answers, r) }

func write(w io.Writer, begin string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(append([]byte(begin), b...), '\n'))
	return err
}

// ReadRequest reads a request. It reads nothing after it but into r.
func ReadRequest(r *bufio.Reader) (Request, error) {
	line, err := readLine(r)
	if err != nil {
		return Request{}, err
	}
	body, ok := bytes.CutPrefix(line, []byte(asks))
	var w wireRequest
	if !ok || json.Unmarshal(body, &w) != nil {
		return Request{}, ErrLine
	}
	path, err := url.PathUnescape(w.Path)
	if err != nil || strings.ContainsRune(path, 0) {
		return Request{}, ErrLine
	}
	return Request{w.Version, path}, nil
}

// readLine reads a line of at most maxLine bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, ErrLine
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil:
			return nil, err
		default:
			return bytes.TrimRight(line, "\r\n"), nil
		}
	}
}

// ReadReply reads a reply. It skips at most most bytes before it. Where there is none, it fails with
// ErrNoise and the first line of what there is instead, as soon as the request comes back. It reads nothing after the reply but into r.
func ReadReply(r *bufio.Reader, most int) (Reply, error) {
	var line, noise []byte
	for skipped := 0; ; {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if at := bytes.LastIndex(line, []byte(answers)); at >= 0 && err == nil {
			var reply Reply
			if json.Unmarshal(line[at+len(answers):], &reply) == nil {
				return reply, nil
			}
		}
		if len(bytes.TrimSpace(noise)) == 0 {
			noise = bytes.Clone(line)
		}
		switch {
		case bytes.Contains(line, []byte(asks)) && err == nil:
			return Reply{}, fmt.Errorf("%w: the question", ErrNoise)
		case err != nil && !errors.Is(err, bufio.ErrBufferFull), skipped > most, len(line) > most+maxLine:
			return Reply{}, noisy(noise, err)
		case err == nil:
			skipped += len(line)
			line = line[:0]
		}
	}
}

// noisy is the error of a reply that is not there, with what is there instead.
func noisy(noise []byte, err error) error {
	if noise = bytes.TrimSpace(noise); len(noise) > 0 {
		return fmt.Errorf("%w: %q", ErrNoise, noise[:min(len(noise), 100)])
	}
	return err
}
