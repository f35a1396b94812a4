package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

const testPrices = `[prices."qwen*"]
input = 1
output = 2
currency = "CNY"
[prices.glm]
input = 2
output = 8
currency = "CNY"
`

// pricesFile writes a file of prices.
func pricesFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prices.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// asking is a run that asks these models.
func asking(n byte, name string, status model.Status, models ...string) model.Experiment {
	e := run(n, name, status)
	var list []plan.Model
	for _, m := range models {
		list = append(list, plan.Model{Name: text.Clean(m)})
	}
	e.Models = plan.NewModels(list)
	return e
}

// pricedRuns are runs of which costs are known and not. Each has used 1.6 M tokens in and 0.5 M out.
func pricedRuns() *fakeSource {
	lost := asking(6, "lost", model.Running, "qwen")
	lost.InputTokens = -1
	return &fakeSource{all: []model.Experiment{
		asking(1, "one", model.Running, "Qwen2.5"), asking(2, "two", model.Running, "qwen2.5", "glm"),
		asking(3, "ended", model.Finished, "glm"), asking(4, "other", model.Running, "gpt"), asking(5, "none", model.Running), lost,
	}}
}

func TestListPrintsCosts(t *testing.T) {
	prices := pricesFile(t, testPrices)
	out, errs, code, _ := call(pricedRuns(), nil, "list", "--csv", "--columns", "name,cost,cost_low,cost_high,cost_at_end,currency", "--sort", "cost", "--prices", prices, "lab.db")
	want := `name,cost,cost_low,cost_high,cost_at_end,currency
ended,7.2,7.2,7.2,7.2,CNY
two,,2.6,7.2,,CNY
one,2.6,2.6,2.6,10.4,CNY
other,,,,,
none,,,,,
lost,,,,,
`
	if code != 0 || strings.ReplaceAll(out, "\r\n", "\n") != want {
		t.Errorf("exit code %d: %s\n%s\nwant\n%s", code, errs, out, want)
	}
	for _, tc := range []struct{ args, want string }{
		{"list --json", `"cost":2.6,"cost_low":2.6,"cost_high":2.6,"cost_at_end":10.4,"cost_at_end_low":null,"cost_at_end_high":null,"currency":"CNY"`},
		{"list --json", `"cost":null,"cost_low":2.6,"cost_high":7.2,"cost_at_end":null,"cost_at_end_low":null,"cost_at_end_high":null,"currency":"CNY"`},
		{"list --plain", "COST"},
		{"list --plain", "¥ 2.6–7.2"},
	} {
		if out, errs, code, _ := call(pricedRuns(), nil, append(strings.Fields(tc.args), "--prices", prices, "lab.db")...); code != 0 || !strings.Contains(out, tc.want) {
			t.Errorf("%s: exit code %d, no %s in\n%s%s", tc.args, code, tc.want, out, errs)
		}
	}
	out, _, _, _ = call(pricedRuns(), nil, "list", "--plain", "lab.db")
	if strings.Contains(out, "COST") {
		t.Errorf("a column of costs without prices:\n%s", out)
	}
	if out, _, _, _ = call(pricedRuns(), nil, "list", "--json", "lab.db"); !strings.Contains(out, `"cost":null,"cost_low":null,"cost_high":null,"cost_at_end":null,"cost_at_end_low":null,"cost_at_end_high":null,"currency":null`) {
		t.Errorf("a cost without prices:\n%s", out)
	}
}

func TestShowPrintsTheCost(t *testing.T) {
	prices := pricesFile(t, testPrices)
	for name, want := range map[string]string{
		"one":   "¥ 2.60, 1.3/h, ~10 at the end\n",
		"two":   "¥ 2.6–7.2, 1.3–3.6/h, ~10–29 at the end\n",
		"ended": "¥ 7.20\n",
		"other": "–, no price of \"gpt\"\n",
		"none":  "–, its models are unknown\n",
		"lost":  "–, its tokens are unknown\n",
	} {
		out, errs, code, _ := call(pricedRuns(), nil, "show", "--prices", prices, "lab.db", name)
		if code != 0 || !strings.Contains(out, "cost         "+want) {
			t.Errorf("%s: exit code %d, no %q in\n%s%s", name, code, want, out, errs)
		}
	}
	if out, _, _, _ := call(pricedRuns(), nil, "show", "lab.db", "one"); strings.Contains(out, "cost") {
		t.Errorf("a cost without prices:\n%s", out)
	}
	if out, _, _, _ := call(pricedRuns(), nil, "show", "--json", "--prices", prices, "lab.db", "one"); !strings.Contains(out, `"cost_per_hour":1.3,"cost_per_hour_low":1.3,"cost_per_hour_high":1.3,`) {
		t.Errorf("no rate in %s", out)
	}
	if out, _, _, _ := call(pricedRuns(), nil, "wait", "--prices", prices, "lab.db", "ended"); out != "finished after 2h 00m, cost ¥ 7.20\n" {
		t.Errorf("wait: %q", out)
	}
}

func TestTheOrderOfCostsNeedsPrices(t *testing.T) {
	for _, args := range [][]string{{"list", "--sort", "cost", "lab.db"}, {"list", "--sort=-cost", "lab.db"}, {"--sort", "cost", "lab.db"}} {
		out, errs, code, _ := call(pricedRuns(), nil, args...)
		if code != 2 || out != "" || !strings.Contains(errs, "no costs to sort by; --prices names a file") {
			t.Errorf("%q: exit code %d: %s%s", args, code, out, errs)
		}
	}
	prices := pricesFile(t, testPrices)
	if _, errs, code, _ := call(pricedRuns(), nil, "list", "--sort", "cost", "--prices", prices, "lab.db"); code != 0 {
		t.Errorf("with prices: exit code %d: %s", code, errs)
	}
}

func TestBadPricesAreWrongUsage(t *testing.T) {
	dir := t.TempDir()
	large := pricesFile(t, strings.Repeat("# a line\n", 100_000))
	for path, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file or directory",
		dir:                        "is a directory",
		pricesFile(t, "\n[prices.a\ninput = 1\n"): `line 2: the name of the table is not closed by "]"`,
		large: "it is larger than 64 KiB",
		pricesFile(t, "[prices.a]\ninput = -1\noutput = 1\n"): "line 2: prices.\"a\".input is negative",
		pricesFile(t, "[prices.a]\ninput = 1\noutput = \n"):   "line 3: ",
	} {
		for _, command := range []string{"list", "show", "watch", "wait", "demo", ""} {
			args := append(strings.Fields(command), "--prices", path, "lab.db", "one")
			if command == "list" || command == "watch" || command == "" {
				args = args[:len(args)-1]
			}
			out, errs, code, _ := call(pricedRuns(), nil, args...)
			if code != 2 || out != "" || !strings.Contains(errs, path+": "+want) || strings.Count(errs, "\n") != 1 {
				t.Errorf("%q: exit code %d: %s%s", args, code, out, errs)
			}
		}
	}
}

func TestNoFileOfPrices(t *testing.T) {
	if out, errs, code, _ := call(pricedRuns(), nil, "list", "--prices=", "lab.db"); code != 2 || out != "" || !strings.Contains(errs, "give the name of a file") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}
