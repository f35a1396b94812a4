package input

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// piece is what comes from a terminal at once, so long after what came before.
type piece struct {
	after time.Duration
	text  string
}

// line is a terminal on a line that delivers in pieces, by a clock of its own.
type line struct {
	pieces []piece
	now    time.Time
}

func (l *line) Read(p []byte) (int, error) {
	if len(l.pieces) == 0 {
		return 0, io.EOF
	}
	l.now = l.now.Add(l.pieces[0].after)
	n := copy(p, l.pieces[0].text)
	if l.pieces[0] = (piece{0, l.pieces[0].text[n:]}); l.pieces[0].text == "" {
		l.pieces = l.pieces[1:]
	}
	return n, nil
}

// more waits for the next piece, at most so long.
func (l *line) more(within time.Duration) bool {
	if len(l.pieces) > 0 && l.pieces[0].after <= within {
		return true
	}
	l.now = l.now.Add(within)
	if len(l.pieces) > 0 {
		l.pieces[0].after -= within
	}
	return false
}

func (l *line) Write(p []byte) (int, error) { return len(p), nil }
func (l *line) Close() error                { return nil }
func (l *line) Fd() uintptr                 { return 0 }
func (l *line) Name() string                { return "line" }

// reads is what a Reader makes of pieces, a string a Read that has something.
func reads(t *testing.T, pieces ...piece) (all []string) {
	t.Helper()
	l := &line{pieces: pieces, now: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	r := &Reader{File: l, now: func() time.Time { return l.now }, more: l.more}
	p := make([]byte, MinRead)
	for {
		n, err := r.Read(p)
		if n > 0 {
			all = append(all, string(p[:n]))
		}
		switch {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
	}
}

// sequences is what terminals send: answers, keys, the mouse, characters.
var sequences = map[string]string{
	"background":            "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
	"background with alpha": "\x1b]11;rgba:1e1e/1e1e/2e2e/ffff\x07",
	"foreground":            "\x1b]10;#d0d0d0\x07",
	"a colour":              "\x1b]4;1;rgb:cd/00/00\x1b\\",
	"clipboard":             "\x1b]52;c;SGVsbG8sIHdvcmxk\x1b\\",
	"device attributes":     "\x1b[?62;1;4;22c",
	"second attributes":     "\x1b[>41;354;0c",
	"third attributes":      "\x1bP!|00000000\x1b\\",
	"mode":                  "\x1b[?2026;2$y",
	"kitty's flags":         "\x1b[?5u",
	"version":               "\x1bP>|XTerm(354)\x1b\\",
	"capability":            "\x1bP1+r524742=38\x1b\\",
	"status string":         "\x1bP1$r0m\x1b\\",
	"kitty's picture":       "\x1b_Gi=31;OK\x1b\\",
	"cursor position":       "\x1b[24;80R",
	"size":                  "\x1b[8;24;80t",
	"focus":                 "\x1b[I",
	"no focus":              "\x1b[O",
	"up":                    "\x1b[A",
	"up of the keypad":      "\x1bOA",
	"page down":             "\x1b[6~",
	"shift and tab":         "\x1b[Z",
	"ctrl and up":           "\x1b[1;5A",
	"F1":                    "\x1bOP",
	"F1 of Linux":           "\x1b[[A",
	"ctrl and a letter":     "\x1b[1089::99;5u",
	"the same in xterm":     "\x1b[27;5;1089~",
	"a click":               "\x1b[<0;12;7M",
	"its end":               "\x1b[<0;12;7m",
	"a click in X10":        "\x1b[M !\xa8",
	"alt and a letter":      "\x1bb",
	"alt and another":       "\x1bж",
	"Chinese":               "北",
	"an emoji":              "🚇",
	"Cyrillic":              "й",
	"a paste":               "\x1b[200~q й\r\x1b[201~",
}

// TestInPieces: however a sequence is cut in two, it comes whole.
func TestInPieces(t *testing.T) {
	for name, s := range sequences {
		t.Run(name, func(t *testing.T) {
			for cut := 1; cut < len(s); cut++ {
				got := reads(t, piece{0, s[:cut]}, piece{70 * time.Millisecond, s[cut:]}, piece{0, "j"})
				if strings.Join(got, "") != s+"j" {
					t.Errorf("%q and %q became %q", s[:cut], s[cut:], got)
				}
				if !strings.HasPrefix(s, pasteBegins) && (len(got) != 2 || got[0] != s) {
					t.Errorf("%q and %q came as %q", s[:cut], s[cut:], got)
				}
			}
		})
	}
}

// TestByteByByte is the slowest link of all.
func TestByteByByte(t *testing.T) {
	for name, s := range sequences {
		t.Run(name, func(t *testing.T) {
			var pieces []piece
			for i := range len(s) {
				pieces = append(pieces, piece{70 * time.Millisecond, s[i : i+1]})
			}
			if got := strings.Join(reads(t, pieces...), ""); got != s {
				t.Errorf("%q became %q", s, got)
			}
		})
	}
}

// TestAllAtOnce is what is typed ahead: it comes once, in order.
func TestAllAtOnce(t *testing.T) {
	all := ""
	for range 3 {
		for _, s := range sequences {
			all += s + "jк"
		}
	}
	if got := strings.Join(reads(t, piece{0, all}), ""); got != all {
		t.Errorf("%q became %q", all, got)
	}
}

// TestCases is keys that look like sequences, and sequences that never end.
func TestCases(t *testing.T) {
	const soon, later, late = 20 * time.Millisecond, 300 * time.Millisecond, time.Minute
	for name, tc := range map[string]struct {
		pieces []piece
		want   string
	}{
		"Esc":                          {[]piece{{0, "\x1b"}, {late, "j"}}, escapeKey + "j"},
		"Esc, and a key":               {[]piece{{0, "\x1b"}, {later, "j"}}, escapeKey + "j"},
		"Esc, and a bracket":           {[]piece{{0, "\x1b"}, {later, "["}, {later, "j"}}, escapeKey + "[j"},
		"Esc, and the other":           {[]piece{{0, "\x1b"}, {later, "]"}, {later, "j"}}, escapeKey + "]j"},
		"Esc twice":                    {[]piece{{0, "\x1b\x1b"}, {late, "j"}}, escapeKey + escapeKey + "j"},
		"Esc three times":              {[]piece{{0, "\x1b"}, {soon, "\x1b"}, {soon, "\x1b"}}, escapeKey + escapeKey + escapeKey},
		"Esc, then up":                 {[]piece{{0, "\x1b\x1b[A"}}, escapeKey + "\x1b[A"},
		"a key, then Esc":              {[]piece{{0, "j\x1b"}}, "j" + escapeKey},
		"Esc at the end":               {[]piece{{0, "\x1b"}}, escapeKey},
		"cut long after ESC":           {[]piece{{0, "\x1b"}, {later, "]11;rgb:ffff/ffff/ffff\x1b\\"}, {0, "j"}}, escapeKey + "\x1b]11;rgb:ffff/ffff/ffff\x1b\\j"},
		"an arrow cut long after ESC":  {[]piece{{0, "\x1b"}, {later, "[B"}, {0, "j"}}, escapeKey + "\x1b[Bj"},
		"no more than alt and bracket": {[]piece{{0, "\x1b["}, {late, "j"}}, "j"},
		"no more than alt and other":   {[]piece{{0, "\x1b]"}, {soon, "j"}}, "j"},
		"no more than alt and P":       {[]piece{{0, "\x1bP"}, {soon, "j"}}, "j"},
		"an answer that never ends":    {[]piece{{0, "\x1b]11;rgb:ffff/"}, {late, "j"}}, "j"},
		"and a key that is no colour":  {[]piece{{0, "\x1b]11;rgb:ffff/"}, {soon, "j"}}, "j"},
		"an answer, cut off by a key":  {[]piece{{0, "\x1b]11;rgb:ffff/\x1b[A"}}, "\x1b[A"},
		"parameters that never end":    {[]piece{{0, "\x1b[?62;"}, {late, "j"}}, "j"},
		"parameters, cut off by a key": {[]piece{{0, "\x1b[?62;\x1b[Aй"}}, "\x1b[Aй"},
		"a shifted key of rxvt":        {[]piece{{0, "\x1b[23$"}, {late, "j"}}, "\x1b[23$j"},
		"half a character":             {[]piece{{0, "\xe5\x8c"}, {soon, "j"}}, "j"},
		"no character":                 {[]piece{{0, "\xff\x9bj"}}, "j"},
		"a paste of sequences":         {[]piece{{0, "\x1b[200~a\x1b]52;c;x\x07\u009bq\x9b\x1b[201~j"}}, "\x1b[200~a\x1a]52;c;x\x07\x1aq\x1a\x1b[201~j"},
		"a paste, its end in pieces":   {[]piece{{0, "\x1b[200~a\x1b[2"}, {later, "01"}, {later, "~\x1b"}, {later, "j"}}, "\x1b[200~a\x1b[201~" + escapeKey + "j"},
		"what is longer than any":      {[]piece{{0, "\x1bP1" + strings.Repeat("x", 2*maxSequence)}, {soon, "\x1b\\"}, {late, "j"}}, "j"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(reads(t, tc.pieces...), ""); got != tc.want {
				t.Errorf("it became %q, want %q", got, tc.want)
			}
		})
	}
}

// TestAMegabyteOfPaste comes whole, without more than a few bytes held.
func TestAMegabyteOfPaste(t *testing.T) {
	text := strings.Repeat("北京 line\n", 1<<20/12)
	var all int
	for _, s := range reads(t, piece{0, pasteBegins + text + pasteEnds + "j"}) {
		all += len(s)
	}
	if want := len(pasteBegins + text + pasteEnds + "j"); all != want {
		t.Errorf("%d bytes of %d came", all, want)
	}
}

func TestReadNeedsRoom(t *testing.T) {
	if _, err := NewReader(&line{}).Read(make([]byte, 10)); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("a small buffer is %v", err)
	}
}

// FuzzReader: whatever comes, cut anywhere, ends outside of a sequence, and does not depend on
// where it was cut.
func FuzzReader(f *testing.F) {
	for _, s := range sequences {
		f.Add("j"+s+"\x1b", len(s)/2)
	}
	f.Add(strings.Repeat("\x1b", 500), 3)
	f.Add(pasteBegins+strings.Repeat("\x1b", 5000)+pasteEnds, 900)
	f.Fuzz(func(t *testing.T, s string, cut int) {
		s = strings.ReplaceAll(s, "$", "") // which ends a key of rxvt, but only where nothing follows
		cut = min(max(cut, 0), len(s))
		got := reads(t, piece{0, s[:cut]}, piece{time.Millisecond, s[cut:]})
		for _, one := range got {
			if len(one) > MinRead {
				t.Fatalf("%d bytes at once", len(one))
			}
		}
		if whole := reads(t, piece{0, s}); strings.Join(whole, "") != strings.Join(got, "") && len(s) <= maxSequence {
			t.Fatalf("%.500q, cut at %d, became %.500q, and uncut %.500q", s, cut, got, whole)
		}
		if strings.Contains(s, pasteBegins[1:]) {
			return
		}
		for b := []byte(strings.Join(got, "")); len(b) > 0; {
			n, v := next(b)
			if v != whole {
				t.Fatalf("%.500q holds %.500q", got, b)
			}
			b = b[n:]
		}
	})
}

func ExampleReader() {
	l := &line{pieces: []piece{{0, "\x1b]11;rgb:ffff/"}, {70 * time.Millisecond, "ffff/ffff\x1b\\"}}}
	r := NewReader(l)
	p := make([]byte, MinRead)
	n, _ := r.Read(p)
	fmt.Println(n)
	n, _ = r.Read(p)
	fmt.Println(n)
	// Output:
	// 0
	// 25
}
