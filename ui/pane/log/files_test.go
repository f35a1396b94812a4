package log

import (
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// several is a view of a run with logs of these names.
func several(names ...string) pane.View {
	v := viewOf("one\ntwo\n")
	for _, n := range names {
		v.Logs = append(v.Logs, model.LogFile{Name: text.Clean(n)})
	}
	v.Tell(pane.NeedLogs, true, text.Text{})
	return v
}

// chosen is the log that the pane wants.
func chosen(l *log, v *pane.View) string {
	c := pane.Choice{LogFile: text.Clean("of before")}
	l.Choose(v, &c)
	return c.LogFile.String()
}

func TestSeveralLogs(t *testing.T) {
	v := several("output.log", "stderr.log", "日志.log")
	l := New(theme.New(theme.Mono, false)).(*log)
	l.Resize(76, 12)
	l.Show(v)
	for i, want := range []string{"", "stderr.log", "日志.log", "output.log", "stderr.log"} {
		if got := chosen(l, &v); got != want {
			t.Errorf("after %d keys %q is wanted, want %q", i, got, want)
		}
		panetest.Press(l, "i")
		l.Show(v)
	}
	if head := strings.Split(panetest.Text(l), "\n")[0]; !strings.HasPrefix(head, "日志.log 3/3") {
		t.Errorf("the head is %q", head)
	}
	v.Log = model.Log{}
	l.Show(v)
	if got := panetest.Text(l); got != "日志.log is empty; i shows the next log." || l.Off(l.keys.file) != "" {
		t.Errorf("of an empty log it shows %q", got)
	}
	v.Logs = v.Logs[:1]
	if l.Show(v); chosen(l, &v) != "" || l.Off(l.keys.file) == "" {
		t.Errorf("%q is wanted though it is gone", chosen(l, &v))
	}
	other := several("sim.log", "stderr.log")
	other.Experiment.ID[0]++
	panetest.Press(l, "i")
	if l.Show(other); chosen(l, &other) != "" {
		t.Errorf("%q is wanted of another run", chosen(l, &other))
	}
}

// TestOneLogWithoutAName, as those of version 1 are, has no name in its head.
func TestOneLogWithoutAName(t *testing.T) {
	v := viewOf("one\ntwo\n")
	v.TellAbsent(pane.NeedLogs, text.Clean("The list of logs is not offered by this server."))
	l := New(theme.New(theme.Mono, false)).(*log)
	l.Resize(76, 12)
	l.Show(v)
	if head := strings.Split(panetest.Text(l), "\n")[0]; strings.Contains(head, "log") || l.Off(l.keys.file) == "" {
		t.Errorf("the head is %q", head)
	}
}
