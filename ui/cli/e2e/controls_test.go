//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
	"societop/ui/cli/clitest"
)

// controlled is a server with a running, a finished and a waiting experiment, which have three agents.
type controlled struct {
	*remotetest.Server
	url                        string
	running, finished, waiting model.Experiment
	survey                     model.Survey
}

func newControlled(t *testing.T) *controlled {
	t.Helper()
	c := &controlled{Server: remotetest.New()}
	for i, at := range []*model.Experiment{&c.running, &c.finished, &c.waiting} {
		*at = storagetest.Experiments(3)[i]
		at.Tenant, at.Name = text.Clean(model.OnlyTenant), text.Clean([]string{"baseline 北京", "ended", "waiting"}[i])
		at.Status = []model.Status{model.Running, model.Finished, model.NotStarted}[i]
		at.Now, at.Error = model.SimTime{Day: 0, T: 28801}, text.Lines{}
		c.Put(*at)
	}
	var data storagetest.RunData
	for _, id := range []int64{3, 7, 12} {
		data.Profiles = append(data.Profiles, model.Profile{ID: id, Name: text.Clean("Ana"), Profile: text.ValueOf(`{}`)})
	}
	for _, e := range []model.Experiment{c.running, c.finished} {
		c.SetRunData(e.Key, data)
		c.Launch(e.Key)
	}
	c.survey = model.Survey{ID: uuid.UUID{7}, Name: text.Clean("mood")}
	c.SetSurveys(c.survey, model.Survey{ID: uuid.UUID{8}, Name: text.Clean("income")})
	c.url = c.Start(t)
	return c
}

// changes is the requests that were sent and are not GET.
func (c *controlled) changes() (all []string) {
	for request, n := range c.Requests() {
		if !strings.HasPrefix(request, "GET ") {
			all = append(all, slices.Repeat([]string{request}, n)...)
		}
	}
	return all
}

// TestControlsFromScripts: each control with its results and exit codes.
func TestControlsFromScripts(t *testing.T) {
	t.Parallel()
	type try struct {
		args      string // SOURCE is the address, RUN, END and WAIT are ids
		before    func(c *controlled)
		code      int
		sent      int
		out, errs string // parts of the output
	}
	for _, x := range []try{
		{"stop SOURCE RUN", nil, 2, 0, "", "stop needs --write, without which nothing is ever sent"},
		{"stop --write SOURCE RUN", nil, 2, 0, "", "there is no terminal to ask on; add --yes"},
		{"delete --write SOURCE END", nil, 2, 0, "", "there is no terminal to ask on; add --yes"},
		{"stop --write --yes SOURCE RUN", nil, 0, 1, "baseline 北京: it was stopped\n", ""},
		{"stop --write --yes --json SOURCE RUN", nil, 0, 1, `"control":"stop","outcome":"done","text":"it was stopped","agents":null,"status":4,"status_name":"stopped"}`, ""},
		{"stop --write --yes SOURCE RUN", func(c *controlled) { c.SQLite() }, 0, 1, "its process has ended, but its status still says running", ""},
		{"stop --write --yes SOURCE END", nil, 1, 0, "", "stop ended: it has finished; only a running experiment can be stopped"},
		{"stop --write --yes SOURCE RUN END WAIT RUN", nil, 1, 1, "baseline 北京: it was stopped\n", "stop: 2 of 3 experiments failed"},
		{"stop --write --yes SOURCE RUN nobody", nil, 4, 0, "", "no such experiment"},
		{"stop --write --yes SOURCE RUN", func(c *controlled) { c.ReadOnly() }, 1, 1, "", "Server is in read-only mode"},
		{"stop --write --yes --json SOURCE RUN", func(c *controlled) { c.ReadOnly() }, 1, 1, `"outcome":"refused"`, "Server is in read-only mode"},
		{"stop --write --yes SOURCE RUN", func(c *controlled) { c.Older() }, 1, 1, "", "the server does not offer it (405 Method Not Allowed)"},
		{"stop --write --yes http://127.0.0.1:1 RUN", nil, 3, 0, "", "connection refused"},
		{"stop --write --yes SOURCE RUN", func(c *controlled) { c.Token("secret") }, 1, 0, "", "the server wants a valid token"},
		{"stop --write --yes SOURCE RUN", func(c *controlled) { c.Fail(remotetest.StopRoute, 401, `{"detail":"Unauthorized"}`, nil) }, 1, 1, "", "the server refused: 401 Unauthorized"},
		{"delete --write --yes SOURCE ended", nil, 0, 1, "ended: it was deleted\n", ""},
		{"delete --write --yes --json SOURCE END", nil, 0, 1, `"control":"delete","outcome":"done","text":"it was deleted","agents":null,"status":null,"status_name":null}`, ""},
		{"delete --write --yes SOURCE RUN", nil, 1, 0, "", "it is running; stop it first"},
		{"delete --write --yes SOURCE WAIT", nil, 1, 0, "", "it has not started; only an experiment that has ended can be deleted"},
		{"message --write --yes SOURCE RUN --agent 3 hello", nil, 0, 1, "baseline 北京: agent 3 answers at its next step\n", ""},
		{"message --write --yes --json SOURCE RUN --agent 3,7 hello", nil, 0, 2, `"agents":[3,7],"status":1`, ""},
		{"message --write --yes SOURCE RUN --agent 3 hello", func(c *controlled) { c.ReadOnly() }, 0, 1, "answers at its next step", ""},
		{"message --write --yes SOURCE RUN --agent 4 hello", nil, 2, 0, "", "has no agent 4; it has 3, from 3 to 12"},
		{"message --write --yes SOURCE RUN hello", nil, 2, 0, "", "message needs --agent"},
		{"message --write --yes SOURCE END --agent 3 hello", nil, 1, 0, "", "it has finished; only the agents of a running experiment answer"},
		{"message --write --yes SOURCE RUN --agent 3 \x1b[2J", nil, 2, 0, "", "the message holds control characters"},
		{"message --write --yes SOURCE RUN --agent 3 " + strings.Repeat("x", 20_000), nil, 2, 0, "", "the message has 20000 bytes; the most is 16384"},
		{"survey --write --yes SOURCE RUN --agent all mood", nil, 0, 3, "3 agents answer at their next step", ""},
		{"survey --write --yes SOURCE RUN --agent 1-10 07000000-0000-0000-0000-000000000000", nil, 0, 2, "2 agents answer", ""},
		{"survey --write --yes SOURCE RUN --agent 3 modo", nil, 2, 0, "", `there is no survey "modo"; did you mean "mood"?`},
		{"survey --write --yes SOURCE RUN --agent 3 xyzzy", nil, 2, 0, "", `there is no survey "xyzzy"; there are mood, income`},
		{"survey --write --yes SOURCE RUN --agent 20-30 mood", nil, 2, 0, "", "has no agent of 20-30"},
	} {
		c := newControlled(t)
		if x.before != nil {
			x.before(c)
		}
		args := strings.Split(x.args, " ")
		for i, a := range args {
			if named, ok := map[string]string{"SOURCE": c.url, "RUN": c.running.ID.String(), "END": c.finished.ID.String(), "WAIT": c.waiting.ID.String()}[a]; ok {
				args[i] = named
			}
		}
		out, errs, code := program.Run(t, args...)
		if sent := c.changes(); code != x.code || len(sent) != x.sent || !strings.Contains(out, x.out) || !strings.Contains(errs, x.errs) {
			t.Errorf("societop %.80s: exit code %d, sent %v\n%s%s", x.args, code, sent, out, errs)
		}
		if strings.Contains(x.args, "--json") && !json.Valid([]byte(out)) {
			t.Errorf("societop %s prints %s", x.args, out)
		}
	}
}

// TestAnEmptyMessage is wrong usage.
func TestAnEmptyMessage(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	_, errs, code := program.Run(t, "message", "--write", "--yes", c.url, c.running.ID.String(), "--agent", "3", " \n ")
	if code != 2 || !strings.Contains(errs, "the message is empty") || len(c.changes()) > 0 {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestControlsAsk on a terminal, and do nothing without a yes.
func TestControlsAsk(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	for _, x := range []struct {
		args     []string
		question string
		answer   string
		code     int
		sent     int
		says     string
	}{
		{[]string{"stop", "--write", c.url, "baseline 北京"}, "Type yes to go on:", "no\r", 1, 0, "nothing was sent: it was not confirmed"},
		{[]string{"stop", "--write", c.url, "baseline 北京"}, "Type yes to go on:", "\x03", 130, 0, ""},
		{[]string{"stop", "--write", c.url, "baseline 北京"}, "Type yes to go on:", "\x04", 1, 0, "nothing was sent: it was not confirmed"},
		{[]string{"delete", "--write", c.url, "ended"}, `Type "ended" or its id to delete it:`, "yes\r", 1, 0, "nothing was sent: it was not confirmed"},
		{[]string{"message", "--write", c.url, "baseline 北京", "--agent", "7", "why?"}, `Send "why?" to agent 7 at http`, "y\r", 0, 1, "agent 7 answers at its next step"},
		{[]string{"stop", "--write", c.url, "baseline 北京"}, "Type yes to go on:", "yes\r", 0, 2, "it was stopped"},
		{[]string{"delete", "--write", c.url, "ended"}, `Type "ended" or its id to delete it:`, "ended\r", 0, 3, "it was deleted"},
	} {
		x2 := program.Open(t, 160, 45, x.args...)
		x2.Shows(x.question)
		x2.Press(x.answer)
		code := x2.Gone(20 * time.Second)
		if sent := c.changes(); code != x.code || len(sent) != x.sent {
			t.Errorf("%q, answered with %q: exit code %d, sent %v", x.args, x.answer, code, sent)
		}
		if !strings.Contains(x2.Written(), x.says) {
			t.Errorf("%q, answered with %q: %s", x.args, x.answer, x2.Written())
		}
	}
}

// TestAStateThatChangesBeforeTheYes: a run that ends between the question and the answer is left.
func TestAStateThatChangesBeforeTheYes(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	x := program.Open(t, 160, 45, "stop", "--write", c.url, c.running.ID.String())
	x.Shows("Type yes to go on:")
	ended := c.running
	ended.Status = model.Failed
	c.Put(ended)
	x.Press("yes\r")
	if code := x.Gone(20 * time.Second); code != 1 || len(c.changes()) > 0 || !strings.Contains(x.Written(), "it ended in error; only a running experiment can be stopped") {
		t.Errorf("exit code %d, sent %v: %s", code, c.changes(), x.Written())
	}
	away := newControlled(t)
	at := remotetest.Listen(t, away.Server)
	x = program.Open(t, 160, 45, "stop", "--write", at.URL, away.running.ID.String())
	x.Shows("Type yes to go on:")
	at.Stop()
	x.Press("yes\r")
	if code := x.Gone(20 * time.Second); code != 3 || !strings.Contains(x.Written(), "connection refused") {
		t.Errorf("exit code %d: %s", code, x.Written())
	}
}

// TestDeleteFromALab: refused while a recorder is at work, done after that.
func TestDeleteFromALab(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	lab := filepath.Join(t.TempDir(), "lab.db")
	program.Done(t, "record", "--once", c.url, lab)
	for _, args := range [][]string{{"stop", "--write", "--yes", lab, "baseline 北京"}, {"message", "--write", "--yes", lab, "baseline 北京", "--agent", "3", "x"}} {
		if _, errs, code := program.Run(t, args...); code != 1 || !strings.Contains(errs, "a lab file is a record; give the address of the server instead") {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
	at := remotetest.Listen(t, c.Server)
	recorder := program.Open(t, 160, 20, "record", "--interval", "500ms", at.URL, lab)
	recorder.Shows("3 experiments")
	_, errs, code := program.Run(t, "delete", "--write", "--yes", lab, "ended")
	if code != 5 || !strings.Contains(errs, "its recorder is at work; stop it first") {
		t.Errorf("while it is recorded: exit code %d: %s", code, errs)
	}
	at.Stop() // the recorder is at work all the same
	recorder.Shows("connection refused")
	_, errs, code = program.Run(t, "delete", "--write", "--yes", lab, c.finished.ID.String(), "ended")
	if code != 5 || !strings.Contains(errs, "its recorder is at work; stop it first") {
		t.Errorf("while its recorder has lost the source: exit code %d: %s", code, errs)
	}
	recorder.Press("\x03")
	recorder.Gone(20 * time.Second)
	if out := program.Done(t, "delete", "--write", "--yes", lab, "ended"); out != "ended: it was deleted\n" {
		t.Error(out)
	}
	if rows := listed(t, lab); len(rows) != 2 {
		t.Errorf("%d experiments are left", len(rows))
	}
	program.Done(t, "check", lab)
}

// TestControlsAreCompleted: experiments, each of several, and surveys.
func TestControlsAreCompleted(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"stop", c.url, "base"}, "baseline 北京\t" + c.running.ID.String()},
		{[]string{"delete", c.url, "ended", "wai"}, "waiting\t" + c.waiting.ID.String()},
		{[]string{"survey", c.url, c.running.ID.String(), "mo"}, "mood\t" + c.survey.ID.String()},
		{[]string{"message", c.url, c.running.ID.String(), "mo"}, ":4"},
	} {
		if out := program.Done(t, append([]string{"__complete"}, x.args...)...); !strings.HasPrefix(out, x.want+"\n") {
			t.Errorf("%q: %q, want %q", x.args, out, x.want)
		}
	}
	if sent := c.changes(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

// TestAnInterruptedStop says what may have been done.
func TestAnInterruptedStop(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	release := c.Hold(remotetest.StopRoute)
	defer release()
	x := program.Open(t, 160, 45, "stop", "--write", "--yes", c.url, c.running.ID.String())
	for deadline := time.Now().Add(clitest.Patience); len(c.changes()) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no order came")
		}
	}
	x.Press("\x03")
	if code := x.Gone(5 * time.Second); code != 130 || !strings.Contains(x.Written(), "it may have been done") {
		t.Errorf("exit code %d: %s", code, x.Written())
	}
}

// usageLine is the arguments of a command in its help.
var usageLine = regexp.MustCompile(`(?m)^  societop (\S+) ?(.*?)(?: \[flags\])?$`)

// TestNothingIsSentWithoutWrite: no command, and nothing in the monitor, sends anything but GET.
func TestNothingIsSentWithoutWrite(t *testing.T) {
	t.Parallel()
	c := newControlled(t)
	help := program.Done(t, "--help")
	section := help[strings.Index(help, "Available Commands:"):]
	tried := 0
	var all errgroup.Group
	all.SetLimit(6)
	for _, line := range strings.Split(section, "\n")[1:] {
		words := strings.Fields(line)
		if len(words) == 0 {
			break
		}
		usage := usageLine.FindStringSubmatch(program.Done(t, words[0], "--help"))
		if usage == nil || !strings.Contains(usage[2], "SOURCE") {
			continue
		}
		tried++
		args := []string{words[0]}
		for _, arg := range strings.Fields(usage[2]) {
			switch strings.Trim(arg, "[].…") {
			case "SOURCE":
				args = append(args, c.url)
			case "EXP":
				args = append(args, c.running.ID.String())
			case "LAB", "FILE", "FILE.zip":
				args = append(args, filepath.Join(t.TempDir(), "out"))
			default:
				args = append(args, "mood")
			}
		}
		for _, flags := range [][]string{nil, {"--yes", "--agent", "3"}} {
			all.Go(func() error {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // some never end
				defer cancel()
				_ = exec.CommandContext(ctx, string(program), append(slices.Clone(args), flags...)...).Run() // most fail
				return nil
			})
		}
	}
	_ = all.Wait()
	if tried < 15 {
		t.Errorf("only %d commands with a source were found in\n%s", tried, help)
	}
	x := program.Open(t, 160, 45, "--interval", "200ms", c.url)
	x.Shows("baseline 北京")
	for _, keys := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "j", "j", "\r", "\x1b", "X", "\r", "y", "yes\r", "\x1b", "D", "\x1b", "M", "A", "T", " ", "*", "\x1b"} {
		x.Press(keys)
	}
	x.Shows("societop")
	x.Press("\x1b\x1bq")
	if sent := c.changes(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
	program.Done(t, "stop", "--write", "--yes", c.url, c.running.ID.String())
	if sent := c.changes(); len(sent) != 1 {
		t.Errorf("with --write %v was sent: the test sees nothing", sent)
	}
}

// TestExportOfArtifacts: only --write lets export send the POST that reads them.
func TestExportOfArtifacts(t *testing.T) {
	c, dir := newControlled(t), t.TempDir()
	c.SetArtifacts(c.finished.Key, `{"a": 1}`)
	const left = "left out: artifacts.json"
	if _, errs, code := program.Run(t, "export", c.url, "ended", filepath.Join(dir, "1.zip")); code != 0 || !strings.Contains(errs, left) || len(c.changes()) != 0 {
		t.Errorf("exit code %d, %q, sent %v", code, errs, c.changes())
	}
	want := "POST /api/experiments/" + c.finished.ID.String() + "/artifacts"
	if _, errs, code := program.Run(t, "export", "--write", c.url, "ended", filepath.Join(dir, "2.zip")); code != 0 || strings.Contains(errs, left) || !slices.Equal(c.changes(), []string{want}) {
		t.Errorf("exit code %d, %q, sent %v, want %s", code, errs, c.changes(), want)
	}
}
