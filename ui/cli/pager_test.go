package cli

import (
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
)

func TestThePagerIsACommandOfTheShell(t *testing.T) {
	e := &Env{Environ: []string{"PAGER=sed s/a/b/ | tr b c"}}
	cmd, err := e.pager("a\n")
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.Output()
	if err != nil || string(out) != "c\n" {
		t.Errorf("it shows %q, %v", out, err)
	}
	t.Setenv("PATH", "")
	if _, err := (&Env{}).pager("a"); err == nil || !strings.Contains(err.Error(), "set PAGER") {
		t.Errorf("without a pager: %v", err)
	}
}

func TestARowIsWhatListPrints(t *testing.T) {
	s := model.Summary{Name: text.Clean("x\x1b[31m\u202e"), Status: model.Running}
	row := rowJSON(s, model.Estimate{}, model.Cost{})
	for _, part := range []string{`"name":"x\u001b[31m\u202e"`, `"status_name":"running"`, `"eta_seconds":null`} {
		if !strings.Contains(row, part) {
			t.Errorf("%s is not in %s", part, row)
		}
	}
}
