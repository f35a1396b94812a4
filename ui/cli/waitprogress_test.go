package cli

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
)

// onScreen is what a line of a terminal shows after an output to it.
func onScreen(written string) string {
	last := written[strings.LastIndexByte(written, '\r')+1:]
	return ansi.Strip(last)
}

func TestWaitShowsItsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{first: []model.Experiment{fresh(1, "北京早高峰通勤模拟实验的名字很长很长", model.Running)}}
		w := start(t, src, "wait", "--progress", "--interval", "10s", "x", "01")
		move := func(steps int, status model.Status) {
			src.set(func() {
				x := &src.first[0]
				x.Now = model.SimTimeOf(int64(x.Now.Seconds()) + int64(steps)*300)
				x.Updated, x.Status = time.Now(), status
			})
		}
		if _, errs := w.after(0); errs != "societop: 25% step 120 of 480, in ~6h, about 2000-01-01 06:00\n" {
			t.Errorf("at the start it tells %q", errs)
		}
		told := ""
		for range 70 {
			move(1, model.Running)
			_, errs := w.after(10 * time.Second)
			told += errs
		}
		lines := strings.Split(strings.TrimSuffix(told, "\n"), "\n")
		if len(lines) < 10 || len(lines) > 12 || !strings.HasPrefix(lines[len(lines)-1], "societop: 38% step 186 of 480, in ") {
			t.Errorf("it tells\n%s", told)
		}
		move(1, model.Failed)
		if code := <-w.code; code != 10 {
			t.Errorf("exit code %d", code)
		}
		if out, errs := w.after(0); out != "error after 2h 11m\n" || strings.Count(errs, "\n") != 1 {
			t.Errorf("at the end it tells %q, %q", out, errs)
		}
	})
}

// TestWaitDrawsABar: on a terminal one line, which is gone where a message is told, and at the end.
func TestWaitDrawsABar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &live{remote: true, first: []model.Experiment{fresh(1, "北京早高峰通勤模拟实验的名字很长很长", model.Running)}}
		env, _, _ := onTerminal(src, "wait", "--progress", "--timeout", "2h", "x", "01")
		r := &running{code: make(chan int, 1)}
		env.Out, env.Err, env.Now = &r.out, &r.errs, time.Now
		env.Width = func(any) int { return 100 }
		go func() { r.code <- Main(t.Context(), env) }()
		synctest.Wait()
		_, errs := r.after(0)
		line := onScreen(errs)
		if !strings.Contains(line, "… [#######                       ]  25% step 120 of 480, in ~6h, about ") || cell.Width(line) > 99 || strings.Contains(errs, "\n") {
			t.Errorf("it shows %q", errs)
		}
		if _, errs := r.after(50 * time.Second); strings.Count(errs, "\r") > 1 {
			t.Errorf("without a change it writes %q", errs)
		}
		src.set(func() { src.err = &model.Error{Op: "read", Address: "x", Err: model.ErrUnreachable} })
		if _, errs := r.after(10 * time.Second); !strings.HasPrefix(errs, "\r\x1b[Ksocietop: ") || !strings.HasSuffix(errs, "retrying\n") {
			t.Errorf("without a source it writes %q", errs)
		}
		src.set(func() { src.err = nil })
		if _, errs := r.after(2 * time.Minute); !strings.Contains(onScreen(errs), "step 120 of 480") || !strings.Contains(errs, "answers again\n") {
			t.Errorf("with the source again it writes %q", errs)
		}
		if code := <-r.code; code != 124 {
			t.Errorf("exit code %d", code)
		}
		if _, errs := r.after(0); onScreen(errs[:strings.Index(errs, "societop: the time is up")]) != "" || !strings.Contains(errs, "stalled ") {
			t.Errorf("at the end it writes %q", errs)
		}
	})
}

// TestANarrowBar: the bar is shortened before the words, and then the name.
func TestANarrowBar(t *testing.T) {
	for width, want := range map[int]string{
		80: " [##        ]  25% step 120 of 480, in ~6h, about ",
		50: "25% step 120 of 480, in ~6h, about ",
	} {
		synctest.Test(t, func(t *testing.T) {
			src := &live{remote: true, first: []model.Experiment{fresh(1, "the traffic of a morning", model.Running)}}
			env, _, _ := onTerminal(src, "wait", "--progress", "--timeout", "1m", "x", "01")
			r := &running{code: make(chan int, 1)}
			env.Out, env.Err, env.Now = &r.out, &r.errs, time.Now
			env.Width = func(any) int { return width }
			go func() { r.code <- Main(t.Context(), env) }()
			synctest.Wait()
			_, errs := r.after(0)
			if line := onScreen(errs); !strings.Contains(line, want) || strings.Contains(line, "…") && width > 50 || cell.Width(line) >= width {
				t.Errorf("%d columns: %q", width, line)
			}
			<-r.code
		})
	}
}

// TestProgressThatCantBeWritten: it is no reason for another exit code, nor is a run without a plan or a name.
func TestProgressThatCantBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := fresh(1, "", model.NotStarted)
		odd.Plan, odd.Now = nil, model.SimTime{Day: -1}
		src := &live{first: []model.Experiment{odd}}
		env, out, _ := onTerminal(src, "wait", "--progress", "--for", "stopped", "x", "01")
		closed, err := os.Open(os.DevNull) // which can't be written
		if err != nil {
			t.Fatal(err)
		}
		env.Err, env.Now = closed, time.Now
		code := make(chan int)
		go func() { code <- Main(t.Context(), env) }()
		time.Sleep(time.Minute)
		src.set(func() { src.first[0].Status, src.first[0].Error = model.Stopped, text.Lines{} })
		if got := <-code; got != 0 || !strings.HasPrefix(out.String(), "stopped after ") {
			t.Errorf("exit code %d: %s", got, out)
		}
	})
}
