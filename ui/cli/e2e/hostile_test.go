//go:build unix

package e2e

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/remote/remotetest"
	"societop/storage/serve"
	"societop/ui/cell"
	"societop/ui/cli/clitest"
)

// attack is all that text may do to a terminal, with marks that tell it from what societop
// writes itself: 7331 in CSI, pwned in strings. No slash is in it, so that a file may have it for
// a name.
const attack = "\x1b]0;pwned\x07\x1b]2;pwned\x1b\\\x1b]8;;pwned\x1b\\\x1b]52;c;cHduZWQ=\x07" + // titles, a link, the clipboard
	"\x1bPpwned\x1b\\\x1b_pwned\x1b\\\x1b^pwned\x1b\\\x1bXpwned\x1b\\" + // DCS, APC, PM, SOS
	"\x1b[7331;1H\x1b[7331J\x1b[?7331h\x1bc\x1b(0" + // CSI, a reset, another set of characters
	"\u009b7331J\u009d0;pwned\u009c\u0090pwned\u009c\u0085" + "\x9b7331J\x9d0;pwned\x9c\x90pwned\x9c\x84" + // C1, in both encodings
	"\x01\x05\x07\x08\x08\x0b\x0c\x0e\x0f\x11\x13\x1a\x7f\r" + // C0, DEL, CR
	"\u202egnp\u202c\u2066x\u2069\u200e\u200f\u061c\u2028\u2029" + // bidi, separators
	"\xed\xa0\xbd\xed\xb8\x80\xff\xc0\xaf\ue0b0\ufffe" + // surrogates, no UTF-8, private, no characters
	"⚠️❤️👨‍👩‍👧‍👦👍🏽🇨🇳1️⃣ทีน้ำक्षि\u1112\u1161🫩☰co\u00adop\u200b\u200d\ufeff" // widths on which terminals differ

// foul is hostile text that begins as a formula, and holds a label by which it is found.
func foul(label string) string {
	const leads = "=+-@\t＝＋"
	lead := []rune(leads)[len(label)%utf8.RuneCountInString(leads)]
	return string(lead) + label + attack + strings.Repeat("\u200b\u0301\u0489", 30)
}

// foulJSON is foul as JSON has it, its lone surrogates and what is no UTF-8 left as they are.
func foulJSON(label string) string {
	var b strings.Builder
	for text := foul(label); text != ""; {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r < ' ' || r == '"' || r == '\\':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return `"` + b.String() + `\ud83d"`
}

// hostileStart is when the hostile experiment was made.
var hostileStart = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// hostileMoments are those of the hostile society.
var hostileMoments = []model.SimTime{{Day: 0, T: 28801}, {Day: 0, T: 29101}}

// hostileExperiments are one with a society, one that is long, and one that is told by nothing.
func hostileExperiments() (e, long, bare model.Experiment) {
	e.ID, e.Tenant, e.Name = uuid.UUID{1, 15: 1}, text.Clean(foul("Ltenant")), text.Clean(foul("Lname"))
	e.Status, e.Now = model.Failed, hostileMoments[1]
	e.Created, e.Updated = hostileStart, hostileStart.Add(time.Hour)
	e.Error = text.CleanLines(foul("Lerror") + "\n" + foul("Lsecond"))
	e.Config = text.CleanLines("agents:\n- agent_class: " + foulJSON("Lclass") + "\n  number: 1\nexp:\n  name: " + foulJSON("Lexp") + "\n  workflow:\n  - type: run\n    days: 2\n    description: " +
		foulJSON("Lstep") + "\n" + foulJSON("Lkey") + ": " + foulJSON("Lconfig") + "\nllm:\n- model: " + foulJSON("Lmodel") + "\n# " + strings.NewReplacer("\r", "").Replace(foul("Lcomment")) + "\n")
	e.Plan, e.Models = plan.Read(e.Config.Raw())
	long.ID, long.Tenant, long.Status, long.Now = uuid.UUID{2, 15: 1}, text.Clean("default"), model.Stopped, hostileMoments[1]
	long.Created, long.Updated = hostileStart.Add(-time.Hour), hostileStart
	long.Name = text.Clean("Llong" + strings.Repeat("\u200b\u0301", 5000) + strings.Repeat("长\x1b[7331J", 1000))
	long.Error = text.CleanLines(strings.Repeat("Lwide \x1b]0;pwned\x07 ", 60_000))
	long.Config = text.CleanLines("a: " + strings.Repeat("b\u202e", 300_000) + "\n")
	bare.ID, bare.Tenant, bare.Created = uuid.UUID{3, 15: 1}, text.Clean("default"), hostileStart.Add(-2*time.Hour)
	bare.Name = text.Clean("\x1b[7331J\u200b\u202e")
	return e, long, bare
}

// fillHostile writes a society in which every text is hostile.
func fillHostile(b *bolt.Batch, k, long model.Key) error {
	object := func(key, value string) text.Value {
		return text.ParseValue(`{` + foulJSON(key) + `:` + foulJSON(value) + `,"list":[` + foulJSON(value) + `,1e999,-0]}`)
	}
	profiles := []model.Profile{{ID: 1, Name: text.Clean(foul("Lagent")), Profile: object("Lpkey", "Lpvalue")}, {ID: 2, Profile: text.ParseValue(foulJSON("Lwhole"))}}
	survey := model.Survey{ID: uuid.UUID{9, 15: 1}, Name: text.Clean(foul("Lsurvey")), Created: hostileStart, Updated: hostileStart}
	survey.Data = text.ParseValue(`{"title":` + foulJSON("Ltitle") + `,"description":` + foulJSON("Labout") + `,"pages":[{"name":"p","elements":[{"type":"radiogroup","name":"q","title":` +
		foulJSON("Lquestion") + `,"choices":[{"value":"a","text":` + foulJSON("Lchoice") + `},"b"]},{"type":"text","name":"w","title":` + foulJSON("Lwords") + `}]}]}`)
	var words []model.Message
	var answers []model.Answer
	steps := []func() error{func() error { return b.PutProfiles(k, profiles) }, func() error { return b.PutSurveys([]model.Survey{survey}) }}
	for _, at := range hostileMoments {
		f := model.Frame{At: at, Agents: []model.AgentStatus{
			{ID: 1, At: at, Lng: 116.4, Lat: 39.9, Parent: 1, Action: text.Clean(foul("Laction")), Status: object("Lskey", "Lsvalue"), Created: hostileStart},
			{ID: 2, At: at, Lng: math.Inf(1), Lat: math.NaN(), Action: text.Clean(foul("Ldoes")), Status: text.ParseValue(foulJSON("Lstatus")), Created: hostileStart},
		}}
		steps = append(steps, func() error { return b.PutFrame(k, f) },
			func() error {
				return b.PutPrompt(k, model.Prompt{At: at, Text: text.CleanLines(foul("Lprompt")), Created: hostileStart})
			})
		words = append(words, model.Message{ID: 1, At: at, Kind: model.Thought, Content: text.CleanLines(foul("Lthought")), Created: hostileStart},
			model.Message{ID: 1, At: at, Kind: model.Talk, Speaker: text.Clean(foul("Lspeaker")), Content: text.CleanLines(`{"content":` + foulJSON("Lsays") + `}`), Created: hostileStart},
			model.Message{ID: 2, At: at, Kind: model.UserTalk, Speaker: text.Clean("user"), Content: text.CleanLines(foul("Lasks")), Created: hostileStart})
		answers = append(answers, model.Answer{ID: 1, At: at, Survey: survey.ID, Result: text.CleanLines(`{"q":"a","w":` + foulJSON("Lanswer") + `}`), Created: hostileStart},
			model.Answer{ID: 2, At: at, Survey: survey.ID, Result: text.CleanLines(foul("Lfree")), Created: hostileStart})
	}
	metrics := []model.Metric{{Key: text.Clean(foul("Lmetric")), Points: []model.Point{{Tick: 1, Value: 1}, {Tick: 3601, Value: -1e308}, {Tick: 7201, Value: math.NaN()}}}}
	huge := "2026 [ERROR] " + strings.Repeat("Lhuge\x1b[7331J\u202e", 150_000) + "\n"
	log := "2026 [INFO] " + foul("Llog") + "\n2026 [INFO] " + foul("Lend") + "\n"
	steps = append(steps, func() error { return b.PutMessages(k, words) }, func() error { return b.PutAnswers(k, answers) },
		func() error { return b.PutMetrics(k, metrics) }, func() error { return b.AppendLog(k, log) }, func() error { return b.AppendLog(long, log+huge) })
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// hostileLab is a lab file with a hostile name, in which every text is hostile.
func hostileLab(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lab"+attack[:200]+".db")
	lab := bolt.Open(path, bolt.Options{Write: true})
	e, long, bare := hostileExperiments()
	puts(t, lab, e, long, bare)
	err := lab.Update(context.Background(), func(b *bolt.Batch) error { return fillHostile(b, e.Key, long.Key) })
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// hostileEndpoint serves a lab, and fails in a hostile way when it is told to.
func hostileEndpoint(t *testing.T, path string) (url string, fails *atomic.Bool) {
	t.Helper()
	fails = new(atomic.Bool)
	handler := serve.New(bolt.Open(path, bolt.Options{}), serve.Options{})
	at := remotetest.Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fails.Load() {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprintf(w, `{"detail":%s}`, foulJSON("Ldetail"))
			return
		}
		handler.ServeHTTP(w, r)
	}))
	return at.URL, fails
}

// never are characters that nothing of a source may bring into what is written.
// U+200C, which keeps letters of Hindi apart, is of societop itself.
var never = regexp.MustCompile("[\x01-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\u0080-\u009f\u00ad\u0489\u034f\u061c\u180e\u200b\u200d-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ue000-\uf8ff]")

// checkWritten fails unless what was written to a terminal holds no sequence of a source.
func checkWritten(t *testing.T, raw string) {
	t.Helper()
	if !utf8.ValidString(raw) {
		t.Error("it wrote what is no UTF-8")
	}
	if bad := never.FindStringIndex(raw); bad != nil {
		t.Errorf("%q was written: %.200q", raw[bad[0]:bad[1]], raw[max(bad[0]-100, 0):])
	}
	var state byte
	for rest := raw; rest != ""; {
		seq, width, n, next := ansi.DecodeSequence(rest, state, nil)
		state, rest = next, rest[n:]
		if width > 0 || !strings.HasPrefix(seq, "\x1b") {
			if seq == "\a" || seq == "\x00" {
				t.Errorf("%q was written", seq)
			}
			continue
		}
		checkSequence(t, seq)
	}
}

// checkSequence fails unless a sequence is one that societop may write.
func checkSequence(t *testing.T, seq string) {
	t.Helper()
	switch {
	case strings.HasPrefix(seq, "\x1b]52;"):
		_, coded, _ := strings.Cut(strings.TrimRight(seq[5:], "\a\x1b\\"), ";")
		copied, err := base64.StdEncoding.DecodeString(coded)
		if err != nil || never.MatchString(string(copied)) || strings.Contains(string(copied), "\x1b") || !utf8.Valid(copied) {
			t.Errorf("copied %q: %v", copied, err)
		}
	case strings.HasPrefix(seq, "\x1b]0;"), strings.HasPrefix(seq, "\x1b]2;"):
		if !strings.Contains(seq, "societop") || strings.Contains(seq[1:], "\x1b") {
			t.Errorf("the title became %q", seq)
		}
	case strings.Contains(seq, "pwned"), strings.Contains(seq, "7331"), seq == "\x1bc", seq == "\x1b(0":
		t.Errorf("%q was written", seq)
	case strings.HasPrefix(seq, "\x1b_"), strings.HasPrefix(seq, "\x1b^"), strings.HasPrefix(seq, "\x1bX"), strings.HasPrefix(seq, "\x1b]8"):
		t.Errorf("%q was written", seq)
	}
}

// framed tells whether every box on a screen stands with its sides in their columns.
func framed(screen string) bool {
	var edges []int // columns of the sides
	boxes := 0
	for line := range strings.Lines(screen) {
		at := map[int]rune{}
		x := 0
		for _, r := range strings.TrimSuffix(line, "\n") {
			if n := cell.Width(string(r)); n > 0 {
				at[x] = r
				x += n
			}
		}
		switch {
		case strings.HasPrefix(line, "╭"):
			edges = edges[:0]
			for x := range x {
				if at[x] == '╭' || at[x] == '╮' {
					edges = append(edges, x)
				}
			}
		case len(edges) == 0:
		default:
			end := strings.HasPrefix(line, "╰")
			for _, x := range edges {
				if r := at[x]; end && r != '╰' && r != '╯' || !end && r != '│' {
					return false
				}
			}
			if end {
				edges, boxes = edges[:0], boxes+1
			}
		}
	}
	return boxes > 0 && len(edges) == 0
}

// look is keys, and what they bring on the screen.
type look struct {
	keys  string
	shows []string
}

// esc is the key Escape as terminals with kitty's protocol send it, which nothing that is typed
// behind it turns into another key.
const esc = "\x1b[27u"

// places is every place of the monitor where a text of a source is shown, one behind the other.
var places = []look{
	{"", []string{"Lname", "Llong"}},
	{"\r", []string{"Lerror"}},
	{"G", []string{"Ltenant"}},
	{"2", []string{"Lagent", "Laction", "Lskey", "Lstatus"}},
	{"/Lag", []string{"/ Lag", "Lagent"}},
	{"\r" + esc + "\r", []string{"1 ＋Lagent", "action"}},
	{"G", []string{"1 ＋Lagent"}},
	{esc + "3", []string{"by action", "Laction"}},
	{"/Lag", []string{"/ Lag", "Lagent"}},
	{"\r" + esc + "v", []string{"Lagent"}},
	{"4", []string{"Lsays", "Lspeake"}},
	{"/Ltho", []string{"/ Ltho", "Lthought"}},
	{"\r" + esc + "5", []string{"Lquestion"}},
	{"\r", []string{"Lquestion"}},
	{"a", []string{"Lquestion"}},
	{"\r", []string{"Lquestion"}},
	{"6", []string{"Lmetric"}},
	{"\r", []string{"Lmetric", "1 of 1"}},
	{esc + "7", []string{"Lclass"}},
	{"/Lcon", []string{"/ Lcon", "Lconfig"}},
	{"\r" + esc + "8", []string{"Lend"}},
	{"/Len", []string{"/ Len"}},
	{"\r" + esc + "w", []string{"Lend"}},
	{"f", []string{"Lend"}},
	{"f\tc", []string{"Columns of the list"}},
	{esc + "!", []string{"Messages"}},
	{esc + "?", []string{"Keys"}},
	{esc + "y", []string{"copied: 01000000"}},
	{"Y", []string{"Ltenant"}},
	{esc + "gj\r1", []string{"Llong", "Lwide"}}, // the error and the config of a megabyte, a log with a line of two; TestCleanBoundsALine has one of ten
	{"7", []string{"a: b"}},
	{"8", []string{"Lhuge"}},
	{"/Lhu", []string{"/ Lhu", "Lhuge"}},
	{"\r" + esc + "wkkG", []string{"Lhuge"}},
}

// tour goes through the monitor, and holds each screen to its frame.
func tour(x *clitest.Terminal, looks []look) {
	for _, l := range looks {
		x.Press(l.keys)
		x.Await(fmt.Sprintf("frame around %q after %q", l.shows, l.keys), func(screen string) bool {
			for _, text := range l.shows {
				if !strings.Contains(screen, text) {
					return false
				}
			}
			return framed(screen) || l.keys == "f"
		})
	}
}

// away takes a source away with a hostile error until it is given back; its label is in the error.
type away struct {
	src, label string
	take, give func()
}

// hostileSources is a lab file and an endpoint.
func hostileSources(t *testing.T) []away {
	t.Helper()
	path := hostileLab(t)
	moved := func(from, to string) func() {
		return func() {
			if err := os.Rename(from, to); err != nil {
				t.Error(err)
			}
		}
	}
	url, fails := hostileEndpoint(t, path)
	return []away{
		{path, "7331", moved(path, path+".away"), moved(path+".away", path)},
		{url, "Ldetail", func() { fails.Store(true) }, func() { fails.Store(false) }},
	}
}

// TestHostileScreens goes to every place where a text is shown, of a lab file and of an endpoint.
func TestHostileScreens(t *testing.T) {
	t.Parallel()
	for _, src := range hostileSources(t) {
		for _, size := range [][2]int{{120, 36}, {80, 24}} {
			x := program.Open(t, size[0], size[1], "--interval", "100ms", src.src)
			tour(x, places)
			src.take()
			x.Press("r")
			x.Shows("STALE")
			tour(x, []look{{"!", []string{"Messages", src.label}}})
			src.give()
			tour(x, []look{{esc + "r!", []string{"answers again"}}})
			written := x.Written()
			checkWritten(t, written)
			if n := strings.Count(written, "\x1b]52;"); n != 2 {
				t.Errorf("%d copies, want 2", n)
			}
			x.Press(esc + "q")
			x.Ends(2 * time.Second)
		}
	}
}
