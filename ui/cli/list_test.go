package cli

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

// manyNames are runs with names of every kind, two of whose ids begin alike.
func manyNames() *fakeSource {
	src := &fakeSource{}
	for i, name := range []string{
		"baseline", "北京早高峰通勤模拟实验：对照组与处理组的长期对比（第三轮，含节假日）",
		"a name that is much longer than any terminal is wide, because somebody put all of its parameters into it, one after the other",
		"🌀🌀🌀 飓风 Hurricane", "",
	} {
		src.all = append(src.all, run(byte(i+1), name, model.Running))
	}
	src.all[0].ID = uuid.MustParse("51b2d179-1234-4000-8000-000000000000")
	src.all[1].ID = uuid.MustParse("51b2d179-1256-4000-8000-000000000000")
	src.all[1].Tenant = text.Clean("实验室 with a long name of its own, longer than a column")
	return src
}

// onWidth lists on a terminal of a width.
func onWidth(t *testing.T, width int, environ []string, args ...string) string {
	t.Helper()
	env, out, errs := onTerminal(manyNames(), append([]string{"list", "x"}, args...)...)
	env.Environ = append([]string{"TERM=xterm"}, environ...)
	env.Width = func(any) int { return width }
	if code := Main(t.Context(), env); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	return out.String()
}

func TestTheListFitsItsTerminal(t *testing.T) {
	const want = `
ID            STATUS   PROGRESS  SIM TIME  ETA  TOKENS  NAME
03000000      running       25%  d0 10:00  ~6h    2.1M  a name that is much lon…
04000000      running       25%  d0 10:00  ~6h    2.1M  🌀🌀🌀 飓风 Hurricane
05000000      running       25%  d0 10:00  ~6h    2.1M
51b2d179-123  running       25%  d0 10:00  ~6h    2.1M  baseline
51b2d179-125  running       25%  d0 10:00  ~6h    2.1M  北京早高峰通勤模拟实验…
`
	if got := "\n" + onWidth(t, 80, nil, "--sort", "id"); got != want {
		t.Errorf("it prints%s", got)
	}
	for width := 20; width <= 200; width += 7 {
		for _, columns := range []string{"", "id,name,tenant,error,updated,eta", "name,status", "tenant_id"} {
			args := []string{"--sort", "id"}
			if columns != "" {
				args = append(args, "--columns", columns)
			}
			for line := range strings.Lines(onWidth(t, width, nil, args...)) {
				if line = strings.TrimSuffix(line, "\n"); cell.Width(line) > width {
					t.Fatalf("width %d, columns %q: %d cells: %s", width, columns, cell.Width(line), line)
				}
			}
		}
	}
	wide := onWidth(t, 300, nil)
	for _, part := range []string{"51b2d179-123 ", "51b2d179-125 ", "03000000 ", "one after the other\n", "含节假日）\n", "UPDATED UTC"} {
		if !strings.Contains(wide, part) {
			t.Errorf("no %q in\n%s", part, wide)
		}
	}
	if strings.Contains(onWidth(t, 80, nil), "UPDATED") {
		t.Error("80 columns have room for UPDATED")
	}
}

// TestTheWidthOfAListsTerminal: of a terminal that does not know it, it is that of $COLUMNS;
// what is no terminal has none.
func TestTheWidthOfAListsTerminal(t *testing.T) {
	longest := func(s string) (n int) {
		for line := range strings.Lines(s) {
			n = max(n, cell.Width(strings.TrimSuffix(line, "\n")))
		}
		return n
	}
	for _, tc := range []struct {
		width   int
		columns string
		most    int
	}{{0, "60", 60}, {0, "", 80}, {0, "many", 80}, {0, "-3", 80}, {100, "60", 100}} {
		if got := longest(onWidth(t, tc.width, []string{"COLUMNS=" + tc.columns})); got > tc.most || got < tc.most-3 {
			t.Errorf("%+v: %d cells", tc, got)
		}
	}
	whole, _, _, _ := call(manyNames(), []string{"COLUMNS=60"}, "list", "x")
	for name, got := range map[string]string{
		"--plain": onWidth(t, 80, nil, "--plain"), "TERM=dumb": onWidth(t, 80, []string{"TERM=dumb"}),
	} {
		if got != whole {
			t.Errorf("%s prints\n%s", name, got)
		}
	}
	if !strings.Contains(whole, "51b2d179-1234-4000-8000-000000000000") || !strings.Contains(whole, "one after the other\n") || strings.Contains(whole, "…") {
		t.Errorf("in a pipe it prints\n%s", whole)
	}
}

// TestChosenColumns: in the order in which they are named, in every form.
func TestChosenColumns(t *testing.T) {
	src := someRuns()
	src.all[0].Error = text.CleanLines("Traceback\nValueError: no")
	out, errs, code, _ := call(src, nil, "list", "--columns", "name, ETA,quiet,step", "--columns", "error", "--sort", "id", "x")
	const want = `
NAME      ETA          QUIET  STEP  ERROR
baseline  ~6h          no     120   ValueError: no
quiet     quiet 4m     yes    120
stalled   stalled 11m  yes    120
waiting   –            no     0
ended     –            no     480
no plan   –            –      –
`
	if code != 0 || !sameButUnknown("\n"+out, want) {
		t.Errorf("exit code %d: %s it prints\n%s", code, errs, out)
	}
	out, _, _, _ = call(src, nil, "list", "--json", "--columns", "id，tokens,sim_time", "--sort", "id", "x")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows[0]) != 3 || rows[0]["tokens"] != 2.1e6 || rows[0]["sim_time"] != "d0 10:00" || rows[3]["sim_time"] != nil {
		t.Errorf("%v: %s", err, out)
	}
	out, _, _, _ = call(src, nil, "list", "--csv", "--columns", "status_name,updated", "x")
	if records, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || strings.Join(records[0], " ") != "status_name updated_at" {
		t.Errorf("%v: %s", err, out)
	}
	for columns, want := range map[string]string{
		"nmae": `no column "nmae"; did you mean "name"?`, "foo": "there are tenant_id, id, name", "": "needs names of columns", ",": "needs names",
		"id,id": "names id twice", "eta,eta_seconds": "twice",
	} {
		if _, errs, code, _ := call(src, nil, "list", "--columns", columns, "x"); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%q: exit code %d: %s", columns, code, errs)
		}
	}
}

// sameButUnknown reports whether two tables are the same, whatever of the last row is unknown.
func sameButUnknown(a, b string) bool {
	cut := func(s string) string { return s[:strings.LastIndex(strings.TrimSpace(s), "\n")] }
	return cut(a) == cut(b)
}

// TestCSVWithAMark: every command with --csv begins with it where that is asked for.
func TestCSVWithAMark(t *testing.T) {
	for _, command := range []string{"list", "agents", "talk", "surveys", "metrics", "timeline", "log", "config"} {
		args := []string{command, "--csv", "x"}
		if command != "list" {
			args = append(args, id(1))
		}
		without, errs, code, _ := call(anEndpoint(), nil, args...)
		with, _, _, _ := call(anEndpoint(), nil, append([]string{command, "--bom"}, args[1:]...)...)
		if code != 0 || strings.HasPrefix(without, "\ufeff") || with != "\ufeff"+without {
			t.Errorf("%s: exit code %d: %s: %q", command, code, errs, with)
		}
		if _, errs, code, _ := call(anEndpoint(), nil, append([]string{command, "--bom"}, args[2:]...)...); code != 2 || !strings.Contains(errs, "--bom needs --csv") {
			t.Errorf("%s: exit code %d: %s", command, code, errs)
		}
	}
}
