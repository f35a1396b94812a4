package talk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// step returns the i-th moment of a run.
func step(i int) model.SimTime {
	return model.SimTime{Day: i * 300 / model.SecondsPerDay, T: float64(i * 300 % model.SecondsPerDay)}
}

func message(id int64, at int, kind model.MessageKind, speaker, content string) model.Message {
	return model.Message{ID: id, At: step(at), Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(content)}
}

// chatter is what the agents of a town say in so many moments: a thought, and two messages that
// are kept with both who talk.
func chatter(from, to int) (all []model.Message) {
	for i := from; i < to; i++ {
		words := fmt.Sprintf("shall we meet at %d? 一起吃饭吗 %s", i, strings.Repeat("第0层 of many words ", i%7))
		heard := fmt.Sprintf(`{"content": %q, "type": "social"}`, words)
		all = append(all,
			message(1, i, model.Thought, "", fmt.Sprintf("I am hungry %d\nand tired", i)),
			message(1, i, model.Talk, "1", words), message(1, i, model.Talk, "2", fmt.Sprintf("yes %d", i)),
			message(2, i, model.Talk, "1", heard), message(2, i, model.Talk, "2", fmt.Sprintf("yes %d", i)))
	}
	return all
}

// viewOfTalk returns what is known of a town with talk of all, at its last moment.
func viewOfTalk(rows []model.Message) pane.View {
	v := panetest.Crowd(9, model.SimTime{T: 300})
	v.Bulk, v.AllTalk.Rows, v.At = true, rows, model.Latest
	for _, m := range rows {
		if m.ID == 1 {
			v.Talk = append(v.Talk, m)
		}
	}
	if len(rows) > 0 {
		v.At = rows[len(rows)-1].At
	}
	v.Tell(pane.NeedAllTalk, true, text.Text{})
	return v
}

func shownTalk(v pane.View) *talk {
	t := New(theme.New(theme.Dark, false)).(*talk)
	t.Resize(76, 20)
	t.Show(v)
	return t
}

// texts is the rows of a pane without styles and spaces at their ends.
func texts(p pane.Pane) (rows []string) {
	for _, row := range strings.Split(ansi.Strip(p.View()), "\n") {
		rows = append(rows, strings.TrimRight(strings.TrimSuffix(row, "▐"), " "))
	}
	return rows
}

func wantRow(t *testing.T, p pane.Pane, i int, want string) {
	t.Helper()
	if got := texts(p)[i]; got != want {
		t.Errorf("row %d is %q, want %q", i, got, want)
	}
}

func TestWhatTwoSaidIsShownOnce(t *testing.T) {
	p := shownTalk(viewOfTalk(chatter(0, 2)))
	for i, want := range []string{
		"following · 6 messages of all agents",
		"d0 00:00   李娜 0 thinks: I am hungry 0",
		"             and tired",
		"           李娜 0 → 李娜 1: shall we meet at 0? 一起吃饭吗",
		"           李娜 1 → 李娜 0: yes 0",
		"d0 00:05   李娜 0 thinks: I am hungry 1",
		"             and tired",
		"           李娜 0 → 李娜 1: shall we meet at 1? 一起吃饭吗 第0层 of many",
		"             words",
		"           李娜 1 → 李娜 0: yes 1",
		"",
	} {
		wantRow(t, p, i, want)
	}
	panetest.Press(p, "a")
	wantRow(t, p, 0, "following · 6 messages of 李娜 0 · 1 of 9")
	wantRow(t, p, 3, "           李娜 0 → 李娜 1: shall we meet at 0? 一起吃饭吗")
	v := viewOfTalk(chatter(0, 2))
	v.Bulk, v.AllTalk.Rows = false, nil
	p.Show(v)
	wantRow(t, p, 3, "           李娜 0 says: shall we meet at 0? 一起吃饭吗")
	wantRow(t, p, 4, "           李娜 1 → 李娜 0: yes 0")
}

func TestWhoHeardIt(t *testing.T) {
	rows := []model.Message{message(3, 0, model.Talk, "3", "hear!"), message(3, 0, model.Talk, "42", "what?"), message(3, 0, model.Talk, "a stone", "…"), message(3, 0, 7, "", "")}
	for i := range 3 {
		p := shownTalk(viewOfTalk(rows))
		wantRow(t, p, 1, []string{
			"d0 00:00   李娜 2 says: hear!", "d0 00:00   李娜 2 → 李娜 4: hear!", "d0 00:00   李娜 2 → 李娜 4, 李娜 5: hear!",
		}[i])
		wantRow(t, p, 2, "           agent 42 → 李娜 2: what?")
		wantRow(t, p, 3, "           a stone → 李娜 2: …")
		rows = append(rows, message(int64(5+i), 0, model.Talk, "3", "hear!"))
	}
	wantRow(t, shownTalk(viewOfTalk(rows)), 1, "d0 00:00   李娜 2 → 李娜 4 and 2 others: hear!")
}

func TestQuestionsThatAreNotAnswered(t *testing.T) {
	rows := []model.Message{
		message(1, 0, model.UserTalk, "user", "q1"), message(1, 1, model.UserTalk, "user", "q2"), message(2, 1, model.UserTalk, "user", "other"),
		message(1, 2, model.UserTalk, "", "a2"), message(1, 3, model.UserTalk, "user", "q3"), message(1, 3, model.UserTalk, "user", "q4"),
		message(1, 3, model.UserTalk, "", "a3"), message(1, 3, model.UserTalk, "", "a4"),
	}
	open := func(p pane.Pane) (out string) {
		before := ""
		for _, row := range texts(p) {
			if strings.Contains(row, "not answered") {
				out += before[strings.LastIndex(before, " ")+1:] + strings.TrimPrefix(strings.TrimSpace(row), "not answered") + ";"
			}
			before = row
		}
		return out
	}
	v := viewOfTalk(rows)
	v.Experiment.Status = model.Running
	p := shownTalk(v)
	for at, want := range []string{"q1 yet;", "q1 yet;q2 yet;other yet;", "q1 yet;other yet;", "q1 yet;other yet;"} {
		v.At, v.Live = step(at), false
		p.Show(v)
		if got := open(p); got != want {
			t.Errorf("at moment %d: %q, want %q", at, got, want)
		}
	}
	v.Live, v.Now = true, time.Date(2001, 1, 1, 12, 0, 0, 0, time.UTC)
	rows[0].Created, rows[2].Created = v.Now.Add(-12*time.Minute), v.Now.Add(-3*time.Hour)
	p.Show(v)
	if got := open(p); got != "q1 yet, asked 12m ago;other yet, asked 3h ago;" {
		t.Errorf("now: %q", got)
	}
	v.AllTalk.Rows = slices.Clone(rows)
	p.Show(v)
	wantRow(t, p, 0, "following · 2 wait for 3h · 8 messages of all agents")
	v.Experiment.Status = model.Finished
	p.Show(v)
	wantRow(t, p, 0, "the end · 8 messages of all agents")
	if got := open(p); got != "q1;other;" {
		t.Errorf("of a run that has ended: %q", got)
	}
	v.At, v.Live = step(1), false
	p.Show(v)
	if got := open(p); got != "q1;q2 yet;other;" {
		t.Errorf("in the past of a run that has ended: %q", got)
	}
}

func TestWhatIsLookedAtStays(t *testing.T) {
	p := shownTalk(viewOfTalk(chatter(0, 60)))
	panetest.Press(p, strings.Repeat("k", 100))
	first := texts(p)[1]
	stays := func(what string) {
		t.Helper()
		if got := texts(p)[1]; got != first {
			t.Fatalf("%s: %q became %q", what, first, got)
		}
	}
	p.Show(viewOfTalk(chatter(0, 70)))
	stays("newer messages")
	p.Show(viewOfTalk(chatter(20, 80)))
	stays("older ones left out")
	v := viewOfTalk(chatter(20, 80))
	for _, at := range []int{79, 60, 3, 79} {
		v.At, v.Live = step(at), false
		p.Show(v)
	}
	v.Live = true
	p.Show(v)
	stays("another moment and back")
	p.Resize(50, 9)
	p.Resize(76, 20)
	stays("another size")
	if panetest.Press(p, "G"); !strings.HasPrefix(texts(p)[0], "following") || !strings.HasSuffix(texts(p)[19], "yes 79") {
		t.Errorf("the end is %q", texts(p))
	}
	v.At, v.Live = step(50), false
	if p.Show(v); !strings.HasSuffix(texts(p)[19], "yes 50") {
		t.Errorf("another moment is not followed: %q", texts(p))
	}
	if panetest.Press(p, "kk"); !strings.HasPrefix(texts(p)[0], "G follows") {
		t.Errorf("who scrolls up follows: %q", texts(p)[0])
	}
	if panetest.Press(p, "jj"); !strings.HasPrefix(texts(p)[0], "until d0 04:10") {
		t.Errorf("who comes to the end does not follow: %q", texts(p)[0])
	}
}

func TestEveryRowIsReachedOnce(t *testing.T) {
	p := shownTalk(viewOfTalk(chatter(0, 30)))
	var down, up []string
	panetest.Press(p, "g")
	for range 300 {
		down = append(down, texts(p)[1][11:])
		panetest.Press(p, "j")
	}
	panetest.Press(p, "g")
	n := 0
	for i := range p.until {
		n += p.rows(i)
	}
	panetest.Press(p, "G")
	if got := p.end(); got != p.move(place{}, n-p.height) {
		t.Errorf("%d rows end at %+v", n, got)
	}
	for range n - p.height {
		panetest.Press(p, "k")
		up = append([]string{texts(p)[1][11:]}, up...)
	}
	for i := range up {
		if up[i] != down[i] {
			t.Fatalf("row %d is %q down and %q up", i, down[i], up[i])
		}
	}
}

func TestTalkIsSearched(t *testing.T) {
	v := viewOfTalk(chatter(0, 60))
	p := shownTalk(v)
	panetest.Press(p, "/YES 5")
	if got := texts(p)[0]; !strings.HasPrefix(got, "/ YES 5") || !strings.HasSuffix(got, "11 of 11") {
		t.Errorf("the search is %q", got)
	}
	panetest.Press(p, "\nN")
	wantRow(t, p, 0, "10 of 11 YES 5 · G follows · 180 messages of all agents")
	if rows := strings.Join(texts(p), "\n"); !strings.Contains(rows, "▌李娜 1 → 李娜 0: yes 58") {
		t.Errorf("the hit is not in view:\n%s", rows)
	}
	if !strings.Contains(p.View(), theme.New(theme.Dark, false).Hit.Render("yes 5")) {
		t.Error("the hit is not marked")
	}
	p.Show(viewOfTalk(chatter(3, 61)))
	wantRow(t, p, 0, "10 of 11 YES 5 · G follows · 174 messages of all agents")
	panetest.Press(p, "nn")
	wantRow(t, p, 0, "1 of 11 YES 5 · G follows · 174 messages of all agents")
	v.At, v.Live = step(2), false
	p.Show(v)
	panetest.Press(p, "n")
	if got := texts(p)[0]; !strings.HasPrefix(got, "no hit YES 5") {
		t.Errorf("at a moment without a hit: %q", got)
	}
	p.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	wantRow(t, p, 0, "until d0 00:10 · 9 messages of all agents")
	v.At, v.Live = step(40), false
	p.Show(v)
	panetest.Press(p, "k/yes 4\nn")
	if got := texts(p)[0]; !strings.HasPrefix(got, "1 of 2 yes 4") {
		t.Errorf("at or before the end in view: %q", got)
	}
}

func TestKindsOfMessages(t *testing.T) {
	v := viewOfTalk(append(chatter(0, 3), message(1, 3, model.UserTalk, "user", "well?")))
	p := shownTalk(v)
	for _, want := range []string{"10 messages", "3 thoughts", "6 talk messages", "1 user message", "10 messages"} {
		wantRow(t, p, 0, "following · 1 waits · "+want+" of all agents")
		panetest.Press(p, "t")
	}
	v.AllTalk.Rows = v.AllTalk.Rows[:15]
	panetest.Press(p, "tt")
	p.Show(v)
	wantRow(t, p, 0, "Nothing was said between the user and the agents so far; t shows other")
}

func TestALongMessageIsCut(t *testing.T) {
	long := strings.Repeat("很长的话 and more of it\n", 4000)
	one := strings.Repeat("界", 100_000)
	p := shownTalk(viewOfTalk([]model.Message{message(1, 0, model.Thought, "", long), message(1, 0, model.Thought, "", one)}))
	for i, text := range []string{strings.TrimSpace(long), one} {
		rows := p.lay(p.message(i))
		if len(rows) != maxRows+1 {
			t.Fatalf("%d rows", len(rows))
		}
		shown := strings.TrimPrefix(strings.Join(rows[:maxRows], ""), "李娜 0 thinks: ")
		rest := strings.TrimPrefix(strings.ReplaceAll(text, "\n", ""), shown)
		if i == 0 {
			rest = strings.Repeat("很长的话 and more of it\n", 4000-maxRows)
			rest = strings.TrimSuffix(rest, "\n")
		}
		if n := strings.Count(rest, "") - 1; !strings.HasPrefix(strings.ReplaceAll(rows[maxRows], ",", ""), fmt.Sprintf("… %d more", n)) {
			t.Errorf("%q of %d", rows[maxRows], n)
		}
	}
}

func TestWhyThereIsNoTalk(t *testing.T) {
	for want, change := range map[string]func(*pane.View){
		"Nothing was thought or said so far.":   func(*pane.View) {},
		pane.Reading:                            func(v *pane.View) { v.Tell(pane.NeedAllTalk, false, text.Text{}) },
		"it is gone":                            func(v *pane.View) { v.Tell(pane.NeedAllTalk, false, text.Clean("it is gone")) },
		"This experiment has no agents.":        func(v *pane.View) { v.Profiles = nil },
		"This is an individual run: its agents": func(v *pane.View) { v.Experiment.NumDay = -1 },
	} {
		v := viewOfTalk(nil)
		change(&v)
		if got := texts(shownTalk(v))[0]; !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	v := viewOfTalk(nil)
	v.Bulk = false
	p := shownTalk(v)
	wantRow(t, p, 0, "of 李娜 0 · 1 of 9")
	wantRow(t, p, 1, "Nothing was thought or said by 李娜 0 so far.")
	panetest.Press(p, "Ii")
	wantRow(t, p, 0, "of 李娜 1 · 2 of 9")
	if id, ok := p.Agent(); id != 2 || !ok {
		t.Errorf("agent %d is selected", id)
	}
	if why := p.Off(New(theme.New(theme.Mono, false)).(*talk).keys.all); why != "an endpoint tells talk agent by agent; i I choose the agent" {
		t.Errorf("a is off: %q", why)
	}
	panetest.Press(p, strings.Repeat("i", 20))
	wantRow(t, p, 0, "of 李娜 8 · 9 of 9")
}

func TestOlderTalkThatIsLeftOutIsTold(t *testing.T) {
	v := viewOfTalk(chatter(0, 60))
	v.AllTalk.Cut = true
	p := shownTalk(v)
	wantRow(t, p, 0, "following · the newest 180 messages of all agents")
	panetest.Press(p, "g")
	wantRow(t, p, 1, "… older talk is left out; it is there at an earlier time")
	wantRow(t, p, 2, "d0 00:00   李娜 0 thinks: I am hungry 0")
}
