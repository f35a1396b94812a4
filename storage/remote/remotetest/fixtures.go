package remotetest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Option changes what Fixtures serves.
type Option func(*fixtures)

// Offset serves what a server on SQLite prints in a zone of that offset ("+08:00"): the
// digits of all times stay those of UTC, labelled with the offset, save those of the surveys,
// which are right.
func Offset(offset string) Option {
	return func(f *fixtures) { f.offset = offset }
}

// Now sets the clock that the date header tells; without it, it is this machine's.
func Now(now func() time.Time) Option {
	return func(f *fixtures) { f.now = now }
}

// Fixtures serves the recorded answers of a directory by the table in its README.md. Of the
// query only what the API knows counts, in any order, and numbers as numbers.
//
// An experiment without a file of its own is answered by its row of the list. A moment
// without a file of its own is answered by the file of the last moment where it is that
// moment, and is otherwise empty. Any other path under /api is 404, and all else is the
// recorded web page. If the directory can't be read, every answer is a 500 that says why.
func Fixtures(dir string, options ...Option) http.Handler {
	f := &fixtures{now: time.Now, answers: make(map[string]recorded)}
	for _, o := range options {
		o(f)
	}
	if err := f.load(dir); err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "fixtures: "+err.Error(), http.StatusInternalServerError)
		})
	}
	return f
}

// fixtures is recorded answers by request.
type fixtures struct {
	offset  string
	now     func() time.Time
	answers map[string]recorded
}

// recorded is one answer.
type recorded struct {
	status int
	header http.Header
	body   []byte
}

// tableRow is a row of the README's table.
var tableRow = regexp.MustCompile("(?m)^\\| `([A-Z]+) ([^`]+)` \\| ([^ |]+\\.http) \\|")

// load reads the answers; of several for one request the last in the table counts.
func (f *fixtures) load(dir string) error {
	table, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return err
	}
	for _, row := range tableRow.FindAllSubmatch(table, -1) {
		method, target, name := string(row[1]), string(row[2]), string(row[3])
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return err
		}
		a, err := readAnswer(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		f.answers[requestKey(method, u)] = f.shifted(u.Path, a)
	}
	if len(f.answers) == 0 {
		return fmt.Errorf("%s has no table of answers", dir)
	}
	return f.addRows()
}

// readAnswer reads one file. A chunked answer was recorded with its chunks put together.
func readAnswer(path string) (recorded, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return recorded{}, err
	}
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	line, fields, _ := bytes.Cut(head, []byte("\r\n"))
	words := strings.Fields(string(line))
	if len(words) < 2 {
		return recorded{}, fmt.Errorf("no status line: %q", line)
	}
	status, err := strconv.Atoi(words[1])
	if err != nil {
		return recorded{}, err
	}
	h, err := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(fields), strings.NewReader("\r\n\r\n")))).ReadMIMEHeader()
	if err != nil {
		return recorded{}, err
	}
	h.Del("Transfer-Encoding")
	return recorded{status, http.Header(h), body}, nil
}

// ownTime is a time that a row of an answer has; inside of texts the quotes are escaped.
var ownTime = regexp.MustCompile(`"(created_at|updated_at)":"([^"]*)Z"`)

// shifted is an answer as a server with an offset gives it.
func (f *fixtures) shifted(path string, a recorded) recorded {
	if f.offset == "" {
		return a
	}
	right := strings.HasPrefix(path, "/api/surveys")
	a.body = ownTime.ReplaceAllFunc(a.body, func(m []byte) []byte {
		part := ownTime.FindSubmatch(m)
		digits := string(part[2])
		if right {
			digits = shift(digits, f.offset)
		}
		return fmt.Appendf(nil, `"%s":"%s%s"`, part[1], digits, f.offset)
	})
	if a.header.Get("Content-Length") != "" {
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	return a
}

// shift is the digits of a UTC time in the zone of an offset.
func shift(digits, offset string) string {
	const layout = "2006-01-02T15:04:05.999999"
	at, err := time.Parse(layout, digits)
	zone, wrong := time.Parse("-07:00", offset)
	if err != nil || wrong != nil {
		return digits
	}
	_, seconds := zone.Zone()
	return at.Add(time.Duration(seconds) * time.Second).Format("2006-01-02T15:04:05.000000")
}

// addRows makes answers for the experiments that are only in the list.
func (f *fixtures) addRows() error {
	rows, err := dataRows(f.answers["GET /api/experiments"].body)
	if err != nil {
		return err
	}
	for _, row := range rows {
		key := "GET /api/experiments/" + row.ID
		if _, ok := f.answers[key]; !ok {
			f.answers[key] = jsonAnswer(http.StatusOK, `{"data":`+string(row.raw)+`}`)
		}
	}
	return nil
}

func jsonAnswer(status int, body string) recorded {
	h := http.Header{}
	h.Set("Server", "uvicorn")
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return recorded{status, h, []byte(body)}
}

// ServeHTTP answers as recorded.
func (f *fixtures) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be kept
	a := f.find(r.Method, r.URL)
	h := w.Header()
	for k, v := range a.header {
		h[k] = slices.Clone(v)
	}
	h.Set("Date", f.now().UTC().Format(http.TimeFormat))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func (f *fixtures) find(method string, u *url.URL) recorded {
	if a, ok := f.answers[requestKey(method, u)]; ok {
		return a
	}
	last := url.URL{Path: u.Path}
	if a, ok := f.answers[requestKey(method, &last)]; ok {
		return atMoment(a, u.Query())
	}
	switch {
	case method == http.MethodHead && !isAPI(u.Path):
		return f.answers["GET /some/page"]
	case method == http.MethodHead:
		return f.answers["HEAD /api/experiments"]
	case method != http.MethodGet:
		return jsonAnswer(http.StatusMethodNotAllowed, `{"detail":"Method Not Allowed"}`)
	case isAPI(u.Path):
		return f.answers["GET /api/nope"]
	}
	return f.answers["GET /some/page"]
}

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// requestKey names a request, so that the order of the query and how its numbers are
// written do not matter.
func requestKey(method string, u *url.URL) string {
	q := url.Values{}
	for _, name := range []string{"code", "day", "t"} {
		v := u.Query()[name]
		if len(v) == 0 {
			continue
		}
		if n, err := strconv.ParseFloat(v[0], 64); err == nil {
			v[0] = strconv.FormatFloat(n, 'g', -1, 64)
		}
		q.Set(name, v[0])
	}
	if len(q) == 0 {
		return method + " " + u.Path
	}
	return method + " " + u.Path + "?" + q.Encode()
}
