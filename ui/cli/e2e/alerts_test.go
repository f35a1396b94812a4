//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/ui/cli/clitest"
)

// watchers starts watch after watch on one lab file.
type watchers struct {
	t    *testing.T
	dir  string
	lab  *bolt.Store
	path string
	args []string
}

func newWatchers(t *testing.T, runs int, args ...string) *watchers {
	w := &watchers{t: t, dir: t.TempDir(), args: args}
	w.path = filepath.Join(w.dir, "lab.db")
	w.lab = bolt.Open(w.path, bolt.Options{Write: true})
	t.Cleanup(func() { _ = w.lab.Close() })
	for n := range runs {
		puts(t, w.lab, w.run(n, model.Running))
	}
	return w
}

// run is the n-th run of the lab.
func (w *watchers) run(n int, status model.Status) (e model.Experiment) {
	e.ID, e.Tenant = uuid.UUID{byte(n >> 8), byte(n), 15: 1}, text.Clean("default")
	e.Name = text.Clean(fmt.Sprintf("run %d ; touch $(pwd)/pwned1 `touch pwned2` $(touch pwned3) '\";touch pwned4;\n\x1b]0;x\x07touch pwned5", n))
	e.Status, e.Now = status, model.SimTime{Day: 0, T: 300}
	e.Created = time.Now().Add(-time.Hour)
	e.Updated = e.Created
	if status != model.Running {
		e.Updated = time.Now()
		e.Error = text.CleanLines("Traceback:\nRuntimeError: $(touch pwned6)")
	}
	return e
}

// start starts a watch and waits until it knows what there is. stop ends it by a signal.
func (w *watchers) start() (stop func(os.Signal)) {
	cmd := exec.Command(string(program), append([]string{"watch", "--interval", "100ms", w.path}, w.args...)...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "XDG_STATE_HOME="+filepath.Join(w.dir, "state"), "SOCIETOP_TOKEN=hidden", "SOCIETOP_PASSWORD=hidden", "OUT="+w.dir)
	reader, writer := io.Pipe()
	cmd.Stderr = writer
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	said := bufio.NewScanner(reader)
	for said.Scan() && !strings.Contains(said.Text(), "watching ") {
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return func(s os.Signal) {
		if err := cmd.Process.Signal(s); err != nil {
			w.t.Error(err)
		}
		_ = cmd.Wait() // by the signal
	}
}

// remembers waits until there is a state file.
func (w *watchers) remembers() {
	w.t.Helper()
	w.await("a state file", func() bool {
		all, _ := filepath.Glob(filepath.Join(w.dir, "state", "societop", "watch-*.json"))
		return len(all) == 1
	})
}

func (w *watchers) await(name string, ok func() bool) {
	w.t.Helper()
	done, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for !ok() {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	if !clitest.InTime(done, 30*time.Second) {
		close(stop)
		w.t.Fatalf("there is never %s", name)
	}
}

// alerted is an alert as its receiver got it.
type alerted struct {
	Event, Name, From, To, Text, Source string
	ID                                  string `json:"id"`
	EventID                             string `json:"event_id"`
	StatusName                          string `json:"status_name"`
}

// alertedIn are the alerts in lines of JSON.
func alertedIn(t *testing.T, data []byte) (all []alerted) {
	t.Helper()
	for dec := json.NewDecoder(bytes.NewReader(data)); dec.More(); {
		var a alerted
		if err := dec.Decode(&a); err != nil {
			t.Fatalf("%v: %q", err, data)
		}
		all = append(all, a)
	}
	return all
}

// TestAlertsOutliveKills: through twenty kills and restarts while runs end, a command gets each
// event, and none under two ids. What models have written is never run.
func TestAlertsOutliveKills(t *testing.T) {
	t.Parallel()
	const runs, kills = 80, 20
	w := newWatchers(t, runs, "--events", "finished,failed,stopped", "--exec", `f=$(mktemp "$OUT/tmp.XXXXXX") && cat >"$f" && cat "$f" >>"$OUT/told" && `+
		`printf '%s|%s|%s|%s|%s|%s\n' "$SOCIETOP_EVENT_ID" "$SOCIETOP_EVENT" "$SOCIETOP_STATUS" "$SOCIETOP_FROM" "$SOCIETOP_NAME" "$SOCIETOP_TOKEN$SOCIETOP_PASSWORD" >>"$OUT/lines"`)
	stop := w.start()
	w.remembers()
	ends := []model.Status{model.Finished, model.Failed, model.Stopped}
	random := rand.New(rand.NewPCG(1, 2))
	next := 0
	for range kills {
		for range runs / kills {
			puts(t, w.lab, w.run(next, ends[next%3]))
			next++
		}
		time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond) // at any moment
		stop(os.Kill)
		stop = w.start()
	}
	told := filepath.Join(w.dir, "told")
	ids := map[string]map[string]bool{}
	w.await("an end of it", func() bool {
		clear(ids)
		data, _ := os.ReadFile(told)
		for _, a := range alertedIn(t, data[:bytes.LastIndexByte(data, '\n')+1]) {
			if ids[a.ID] == nil {
				ids[a.ID] = map[string]bool{}
			}
			ids[a.ID][a.Event+" "+a.EventID] = true
		}
		return len(ids) == runs
	})
	stop(os.Interrupt)
	for n := range runs {
		e := w.run(n, ends[n%3])
		want := []string{"finished", "failed", "stopped"}[n%3]
		if all := ids[e.ID.String()]; len(all) != 1 {
			t.Errorf("run %d is told as %v", n, all)
		} else {
			for told := range all {
				if !strings.HasPrefix(told, want+" ") {
					t.Errorf("run %d is told as %s, want %s", n, told, want)
				}
			}
		}
	}
	lines := strings.Split(strings.TrimSuffix(string(read(t, filepath.Join(w.dir, "lines"))), "\n"), "\n")
	for _, l := range lines {
		if parts := strings.Split(l, "|"); len(parts) != 6 || parts[3] != "running" || !strings.Contains(parts[4], "$(touch pwned3)") || parts[5] != "" || strings.ContainsAny(l, "\x1b\x07") {
			t.Errorf("a command's environment: %q", l)
		}
	}
	if pwned, _ := filepath.Glob(filepath.Join(w.dir, "pwned*")); len(pwned) > 0 {
		t.Errorf("names were run: %v", pwned)
	}
}

// TestAWebhookIsDownForAWhile: nothing is lost, the order is kept, and nothing is told twice after
// a restart. The URL is in no message.
func TestAWebhookIsDownForAWhile(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []alerted
	down, tries := true, 0
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if tries++; down {
			out.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body, _ := io.ReadAll(r.Body)
		got = append(got, alertedIn(t, body)...)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.URL.Path != "/secret" {
			t.Errorf("%s %s, %v", r.Method, r.URL, r.Header)
		}
	}))
	t.Cleanup(server.Close)
	w := newWatchers(t, 5, "--webhook", server.URL+"/secret", "--events", "failed")
	stop := w.start()
	w.remembers()
	locked := func(f func() bool) func() bool { return func() bool { mu.Lock(); defer mu.Unlock(); return f() } }
	puts(t, w.lab, w.run(3, model.Failed))
	w.await("a try", locked(func() bool { return tries > 0 }))
	puts(t, w.lab, w.run(1, model.Failed))
	stop(os.Kill)
	puts(t, w.lab, w.run(4, model.Failed), w.run(0, model.Stopped))
	stop = w.start()
	mu.Lock()
	down = false
	mu.Unlock()
	w.await("three alerts", locked(func() bool { return len(got) == 3 }))
	stop(os.Interrupt)
	stop = w.start()
	puts(t, w.lab, w.run(2, model.Failed))
	w.await("a fourth one", locked(func() bool { return len(got) >= 4 }))
	stop(os.Interrupt)
	var names []string
	for _, a := range got {
		names = append(names, strings.Join(strings.Fields(a.Name)[:2], " "))
		if a.Event != "failed" || a.From != "running" || a.Source != w.path || !strings.Contains(a.Text, " failed (") || !strings.HasSuffix(a.Text, "RuntimeError: $(touch pwned6)") {
			t.Errorf("it got %+v", a)
		}
	}
	if names[0] != "run 3" || names[3] != "run 2" || !slices.Equal(slices.Sorted(slices.Values(names[1:3])), []string{"run 1", "run 4"}) {
		t.Errorf("it got %v", names)
	}
}

// TestTheDemoCallsItsUser: within a minute of its clock a run fails, which is said and rung.
func TestTheDemoCallsItsUser(t *testing.T) {
	t.Parallel()
	demo := program.Open(t, 120, 30, "demo", "--agents", "0", "--speed", "8", "--interval", "200ms", "--bell", "--desktop=777")
	demo.Shows("📢 failed")
	if written := demo.Written(); !strings.Contains(written, "\x1b]777;notify;societop;Rumour diffusion") || !strings.Contains(written, "\x1b[?1004h") {
		t.Error("the terminal was not asked to call")
	}
	leaves(t, demo)
	if written := demo.Written(); !strings.Contains(written, "\x1b[?1004l") {
		t.Error("the terminal goes on to report its focus")
	}
}

// configured writes a configuration whose command writes down what it is given.
func (w *watchers) configured() {
	w.t.Helper()
	path := filepath.Join(w.dir, "config.toml")
	content := "[alerts]\nevents = [\"failed\"]\nexec = 'printf \"%s %s\\n\" \"$SOCIETOP_EVENT\" \"$SOCIETOP_ID\" >> \"$OUT/told\"'\nbell = true\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.args = append(w.args, "--config", path)
}

// told is what the command has written down, after its end.
func (w *watchers) told() string {
	data, _ := os.ReadFile(filepath.Join(w.dir, "told"))
	return string(data)
}

// TestAlertsOfTheConfiguration: watch tells them, unless others can write to the file.
func TestAlertsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	w := newWatchers(t, 3)
	w.configured()
	stop := w.start()
	w.remembers()
	puts(t, w.lab, w.run(0, model.Finished))
	puts(t, w.lab, w.run(1, model.Failed))
	want := "failed " + w.run(1, model.Failed).ID.String() + "\n"
	w.await("an alert", func() bool { return w.told() == want })
	stop(os.Interrupt)

	if err := os.Chmod(filepath.Join(w.dir, "config.toml"), 0o666); err != nil {
		t.Fatal(err)
	}
	stop = w.start()
	puts(t, w.lab, w.run(2, model.Failed))
	stop(os.Interrupt)
	_, errs, code := program.Run(t, "list", "--config", filepath.Join(w.dir, "config.toml"), w.path)
	if got := w.told(); got != want || code != 0 || !strings.Contains(errs, "alerts.exec is ignored, because others can write to the file") {
		t.Errorf("told %q, code %d, said %q", got, code, errs)
	}
}

// TestTheMonitorTellsAlerts of the configuration, and a watch of the same source does not meanwhile.
func TestTheMonitorTellsAlerts(t *testing.T) {
	t.Parallel()
	w := newWatchers(t, 3)
	w.configured()
	cmd := exec.Command(string(program), append(w.args, "--interval", "100ms", w.path)...)
	cmd.Env = []string{"XDG_STATE_HOME=" + filepath.Join(w.dir, "state"), "OUT=" + w.dir}
	x := clitest.Start(t, cmd, 110, 30)
	w.remembers()
	puts(t, w.lab, w.run(0, model.Finished))
	puts(t, w.lab, w.run(1, model.Failed))
	want := "failed " + w.run(1, model.Failed).ID.String() + "\n"
	w.await("an alert", func() bool { return w.told() == want })
	_, errs, code := program.RunIn(t, cmd.Env, append([]string{"watch", w.path}, w.args...)...)
	if code != 5 || !strings.Contains(errs, "state file") {
		t.Errorf("a watch meanwhile: code %d, said %q", code, errs)
	}
	leaves(t, x)
}

// TestTheMonitorFollowsAlerts that the configuration gets while it runs.
func TestTheMonitorFollowsAlerts(t *testing.T) {
	t.Parallel()
	w := newWatchers(t, 4)
	w.configured()
	path := filepath.Join(w.dir, "config.toml")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("sort = \"name\"\n")
	cmd := exec.Command(string(program), append(w.args, "--interval", "100ms", w.path)...)
	cmd.Env = []string{"XDG_STATE_HOME=" + filepath.Join(w.dir, "state"), "OUT=" + w.dir}
	x := clitest.Start(t, cmd, 110, 30)
	x.Shows("no recorder")
	puts(t, w.lab, w.run(0, model.Failed))
	write(string(content))
	x.Shows("configuration reloaded")
	w.remembers()
	puts(t, w.lab, w.run(1, model.Failed))
	want := "failed " + w.run(1, model.Failed).ID.String() + "\n"
	w.await("an alert", func() bool { return w.told() == want })
	leaves(t, x)
}
