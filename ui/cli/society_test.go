package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// panes are the commands that print one pane's data.
var panes = []string{"agents", "talk", "surveys", "metrics", "timeline", "log"}

// id is that of the n-th run.
func id(n byte) string { return uuid.UUID{n}.String() }

// objects are the rows of a command in JSON.
func objects(t *testing.T, src model.Source, args ...string) (rows []map[string]any) {
	t.Helper()
	out, errs, code, _ := call(src, nil, args...)
	if err := json.Unmarshal([]byte(out), &rows); err != nil || code != 0 {
		t.Fatalf("%q: exit code %d, %v: %s\n%s", args, code, err, errs, out)
	}
	return rows
}

func TestHostileSocietiesAreHarmlessInEveryForm(t *testing.T) {
	for _, pane := range panes {
		for _, form := range []string{"--plain", "--json", "--csv"} {
			out, errs, code, _ := call(anEndpoint(), nil, pane, form, "x", id(1))
			if code != 0 || out == "" {
				t.Errorf("%s %s: exit code %d: %s", pane, form, code, errs)
			}
			if strings.ContainsAny(out, "\x1b\x07\r\u202e") {
				t.Errorf("%s %s prints %q", pane, form, out)
			}
			if form != "--csv" {
				continue
			}
			records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
			if err != nil {
				t.Errorf("%s: %v", pane, err)
			}
			for _, cell := range slices.Concat(records...) {
				if cell != "" && strings.Contains("=+-@\t", cell[:1]) && cell != "-3" && cell != "-5" {
					t.Errorf("%s: a spreadsheet would run %q", pane, cell)
				}
			}
		}
	}
}

func TestPanesCarryAgentSocietysNames(t *testing.T) {
	null := func(row map[string]any, names ...string) {
		t.Helper()
		for _, name := range names {
			if v, there := row[name]; v != nil || !there {
				t.Errorf("%s is %v", name, v)
			}
		}
	}
	agents := objects(t, anEndpoint(), "agents", "--json", "x", id(1))
	if len(agents) != 4 || agents[0]["profile"].(map[string]any)["age"] != 30.0 || agents[0]["parent_id"] != 500001.0 || agents[0]["lng"] != 116.4 {
		t.Errorf("agents %v", agents)
	}
	null(agents[1], "profile", "day", "t", "lng", "lat", "parent_id", "action", "status")
	null(agents[3], "name", "profile", "lng")
	talk := objects(t, anEndpoint(), "talk", "--json", "x", id(1))
	if len(talk) != 5 || talk[4]["content"] != "你好，Ana 🚇" || talk[4]["type_name"] != "talk" || talk[4]["speaker"] != "2" || talk[1]["type"] != 2.0 {
		t.Errorf("talk %v", talk)
	}
	asked := anEndpoint()
	asked.society.talk[2] = asked.society.talk[2][:1]
	if unanswered := objects(t, asked, "talk", "--json", "x", id(1)); unanswered[1]["pending"] != true || unanswered[0]["pending"] != false || talk[1]["pending"] != false {
		t.Errorf("talk %v", unanswered)
	}
	surveys := objects(t, anEndpoint(), "surveys", "--json", "x", id(1))
	if len(surveys) != 5 || surveys[1]["result"].(map[string]any)["q1"] != 5.0 || surveys[2]["pending"] != true || surveys[0]["survey_name"] != "满意度 Satisfaction" {
		t.Errorf("surveys %v", surveys)
	}
	null(surveys[2], "result")
	metrics := objects(t, anEndpoint(), "metrics", "--json", "x", id(1))
	if len(metrics) != 3 || metrics[0]["value"] != 0.25 || metrics[1]["step"] != 3601.0 {
		t.Errorf("metrics %v", metrics)
	}
	null(metrics[1], "value")
	if timeline := objects(t, anEndpoint(), "timeline", "--json", "x", id(1)); len(timeline) != 2 || timeline[1]["day"] != 1.0 || timeline[1]["t"] != 50700.5 {
		t.Errorf("timeline %v", timeline)
	}
	if one := objects(t, anEndpoint(), "talk", "--agent", "2", "--json", "x", id(1)); len(one) != 2 || one[0]["id"] != 2.0 {
		t.Errorf("talk of one agent %v", one)
	}
	local := &fakeSource{all: someRuns().all, society: aSociety()}
	if _, there := objects(t, local, "surveys", "--json", "x", id(1))[0]["survey_name"]; there {
		t.Error("a source that knows no surveys names one")
	}
}

func TestTheLogsEnd(t *testing.T) {
	out, _, _, _ := call(anEndpoint(), nil, "log", "x", id(1))
	if out != "INFO start\nERROR 北京�[2J\n=last\n" {
		t.Errorf("log %q", out)
	}
	if out, _, _, _ := call(anEndpoint(), nil, "log", "--lines", "1", "--json", "x", id(1)); out != `{"log":"=last","dropped":2,"tail":false}`+"\n" {
		t.Errorf("log %q", out)
	}
	if _, _, code, _ := call(anEndpoint(), nil, "log", "--lines", "-1", "x", id(1)); code != 2 {
		t.Errorf("exit code %d", code)
	}
}

func TestPanesWithoutData(t *testing.T) {
	for err, want := range map[error]int{model.ErrNotStarted: 0, model.ErrNotOffered: 1, model.ErrNoData: 1, model.ErrUnreachable: 3, model.ErrUnauthorized: 3} {
		for _, pane := range panes {
			src := anEndpoint()
			src.society = &fakeSociety{err: &model.Error{Op: "read", Address: "http://lab-7:8080", Err: err}}
			out, errs, code, _ := call(src, nil, pane, "--json", "x", id(1))
			if code != want || !strings.Contains(errs, err.Error()) || strings.Count(errs, "\n") != 1 || (code != 0 && out != "") {
				t.Errorf("%s, %v: exit code %d: %q %q", pane, err, code, out, errs)
			}
			if code == 0 && out != "[]\n" && pane != "log" {
				t.Errorf("%s: no rows are %q", pane, out)
			}
			if table, _, _, _ := call(src, nil, pane, "--plain", "x", id(1)); code == 0 && pane != "log" && strings.Count(table, "\n") != 1 {
				t.Errorf("%s: no rows are %q", pane, table)
			}
		}
	}
}

// TestAWholeIDIsAskedForAlone: the list of an endpoint may have hundreds of megabytes.
func TestAWholeIDIsAskedForAlone(t *testing.T) {
	for _, command := range append(panes, "show", "config") {
		src := anEndpoint()
		if _, errs, code, _ := call(src, nil, command, "x", id(1)); code != 0 || src.listed != 0 {
			t.Errorf("%s: exit code %d, %d lists: %s", command, code, src.listed, errs)
		}
		if _, _, code, _ := call(src, nil, command, "x", id(77)); code != 4 || src.listed != 0 {
			t.Errorf("%s: exit code %d, %d lists", command, code, src.listed)
		}
		if _, errs, code, _ := call(src, nil, command, "x", "baseline"); code != 0 || src.listed != 1 {
			t.Errorf("%s: exit code %d, %d lists: %s", command, code, src.listed, errs)
		}
	}
}

// TestAServersClockCounts: of a server whose clock is ahead, a run is not called stalled.
func TestAServersClockCounts(t *testing.T) {
	for _, exp := range []string{id(1), "baseline"} {
		src := anEndpoint()
		src.report.Skew = 9 * time.Hour
		src.all[0].Created, src.all[0].Updated = now.Add(7*time.Hour), now.Add(9*time.Hour)
		if out, errs, _, _ := call(src, nil, "show", "x", exp); !strings.Contains(out, "in ~6h, about 2026-11-24 03:00") {
			t.Errorf("%s: %s%s", exp, out, errs)
		}
	}
}

// TestAgentsAreReadOneByOne: an endpoint rests for as long as it worked.
func TestAgentsAreReadOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := anEndpoint()
		var at []string
		begin := time.Now()
		src.society.asked = func(id int64) {
			at = append(at, fmt.Sprint(id, " ", time.Since(begin)))
			time.Sleep(time.Second) // of the bubble: as long as the server takes
		}
		env, _, errs := onTerminal(src, "talk", "x", id(1))
		env.Now = time.Now
		if code := Main(t.Context(), env); code != 0 {
			t.Errorf("exit code %d: %s", code, errs)
		}
		if want := []string{"1 0s", "2 2s", "3 4s"}; !reflect.DeepEqual(at, want) || time.Since(begin) != 5*time.Second {
			t.Errorf("agents were read at %v, the end was after %v", at, time.Since(begin))
		}
		if !strings.Contains(errs.String(), "\rtalk [##########                    ]  33%") {
			t.Errorf("messages %q", errs)
		}
	})
}

func TestTheToken(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tc := range []struct {
		name, environ, file, want string
		code                      int
	}{
		{"none", "", "", "", 0},
		{"environment", "SOCIETOP_TOKEN=tok-en ", "", "tok-en", 0},
		{"a file wins", "SOCIETOP_TOKEN=other", file("good", "\n tok-en\r\n"), "tok-en", 0},
		{"empty", "SOCIETOP_TOKEN=other", file("empty", " \n"), "", 2},
		{"two words", "", file("two", "tok-en tok-en2"), "", 2},
		{"control", "", file("control", "tok\x1b[2J-en"), "", 2},
		{"control in the environment", "SOCIETOP_TOKEN=tok\nen", "", "", 2},
		{"large", "", file("large", strings.Repeat("tok-en", 20_000)), "", 2},
		{"a directory", "", dir, "", 2},
		{"a token for a file", "", "tok-en", "", 2},
	} {
		for _, command := range [][]string{{"list", "x"}, {"x.db"}, {"info", "x"}, {"show", "x", id(1)}, {"config", "x", id(1)}, {"log", "x", id(1)}} {
			var got model.Access
			env, out, errs := onTerminal(anEndpoint().fakeSource, append([]string{command[0], "--ca-file", "ca.pem", "--token-file", tc.file}, command[1:]...)...)
			if len(command) == 1 {
				env.Args = append(env.Args[1:], "x.db")
			}
			env.Environ = []string{tc.environ}
			env.Report = func(context.Context, string) (model.LabReport, error) { return model.LabReport{}, nil }
			open := env.Open
			env.Open = func(ctx context.Context, specs []model.SourceSpec) (model.Source, error) {
				got = specs[0].Access
				return open(ctx, specs)
			}
			code := Main(t.Context(), env)
			if code != tc.code || got.Token.Reveal() != tc.want {
				t.Errorf("%s: %q: exit code %d, token %q: %s", tc.name, command, code, got.Token.Reveal(), errs)
			}
			if code == 0 && (got.CAFile != "ca.pem" || got.Now == nil || len(got.Environ) != 1) {
				t.Errorf("%s: %q: access %+v", tc.name, command, got)
			}
			if strings.Contains(out.String()+errs.String(), "tok") && tc.code != 0 && strings.Contains(errs.String(), "tok-en") {
				t.Errorf("%s: %q tells %q", tc.name, command, errs)
			}
			if tc.code == 2 && strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("%s: %q", tc.name, errs)
			}
		}
	}
}

func TestWarningsComeFirst(t *testing.T) {
	for _, args := range [][]string{{"list", "x"}, {"show", "x", id(1)}, {"timeline", "x", id(1)}, {"info", "x"}, {"x.db"}} {
		src := anEndpoint()
		src.warning = "the token travels unencrypted"
		if _, errs, code, _ := call(src, nil, args...); code != 0 || errs != "societop: the token travels unencrypted\n" {
			t.Errorf("%q: exit code %d: %q", args, code, errs)
		}
	}
	src := anEndpoint()
	src.warning = "the monitor shows it itself"
	env, _, errs := onTerminal(src, "x.db")
	if code := Main(t.Context(), env); code != 0 || errs.Len() > 0 || src.listed > 0 {
		t.Errorf("exit code %d, %d lists: %q", code, src.listed, errs)
	}
}

func TestWhatAnEndpointIs(t *testing.T) {
	src := anEndpoint()
	src.report = model.EndpointReport{
		Title: text.Clean("AgentSociety WebUI API"), Release: text.Clean("1.3 or 1.4"), Lacks: []text.Text{text.Clean("metrics"), text.Clean("log")},
		Skew: -8 * time.Hour, Took: 12345 * time.Microsecond, Insecure: true,
	}
	out, errs, code, _ := call(src, nil, "info", "x")
	const want = `societop     test
source       http://lab-7:8080
kind         endpoint
api          AgentSociety WebUI API
release      1.3 or 1.4
lacks        metrics, log
clock        8h 00m behind this machine's
answered in  12ms
token        it would travel unencrypted
`
	if code != 0 || out != want {
		t.Errorf("exit code %d: %s\n%s", code, errs, out)
	}
	out, _, _, _ = call(src, nil, "info", "--json", "x")
	const object = `{"version":"test","source":"http://lab-7:8080","kind":"endpoint","title":"AgentSociety WebUI API","release":"1.3 or 1.4",` +
		`"as_of":null,"lacks":["metrics","log"],"skew_seconds":-28800,"took_seconds":0.012345,"insecure":true,"believed_running":null}` + "\n"
	if out != object {
		t.Errorf("it prints %s", out)
	}
	src.err = fmt.Errorf("probe: %w", model.ErrUnauthorized)
	if out, errs, code, _ := call(src, nil, "info", "x"); code != 3 || out != want || !strings.Contains(errs, "the server wants a valid token") {
		t.Errorf("exit code %d: %s\n%s", code, errs, out)
	}
	src.err, src.report = fmt.Errorf("probe: %w", model.ErrNotEndpoint), model.EndpointReport{}
	if out, errs, code, _ := call(src, nil, "info", "x"); code != 3 || !strings.Contains(out, "kind         endpoint\n") || strings.Contains(out, "clock") {
		t.Errorf("exit code %d: %s\n%s", code, errs, out)
	}
}

func TestURLsForLabCommands(t *testing.T) {
	for _, args := range [][]string{{"check", "http://x"}, {"import", "a", "http://x"}, {"export", "--lab", "http://x", "a", "b"}, {"demo", "--once", "--file", "http://x"}} {
		if _, _, code, _ := call(&fakeSource{}, nil, args...); code != 2 {
			t.Errorf("%q: exit code %d", args, code)
		}
	}
}

func TestADemoOfARunDirectoryIsOneRun(t *testing.T) {
	for _, args := range [][]string{{"demo", "--v2", "x", "--file", "y"}, {"demo", "--v2", "x", "--experiments", "3"}} {
		if _, errs, code, _ := call(&fakeSource{}, nil, args...); code != 2 || !strings.Contains(errs, "--v2") {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}

func TestTextsAsCSVHaveTheirLines(t *testing.T) {
	for _, pane := range []string{"log", "config"} {
		plain, _, _, _ := call(anEndpoint(), nil, pane, "x", id(1))
		out, errs, code, _ := call(anEndpoint(), nil, pane, "--csv", "x", id(1))
		records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if code != 0 || err != nil || len(records) != 1+strings.Count(plain, "\n") || !slices.Equal(records[0], []string{"line", "text"}) || len(records) > 1 && records[1][0] != "1" {
			t.Errorf("%s: exit code %d, %v: %q\n%s", pane, code, err, records, errs)
		}
	}
}
