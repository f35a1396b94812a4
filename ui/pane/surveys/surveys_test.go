package surveys

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/survey"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// hour returns a moment so many hours after the start of day 0.
func hour(h int) model.SimTime { return model.SimTime{Day: h / 24, T: float64(h % 24 * 3600)} }

// polled is what is known of n agents that were asked two surveys: one at 8, 12 and 16, which a
// third of them answered in another form and the last one not yet, and one at 12, of which no
// questionnaire is known.
func polled(n int) (v pane.View) {
	v.At, v.Bulk, v.Experiment.Key.ID = hour(18), true, uuid.UUID{9}
	v.Agent, v.Chosen = 1, n > 0
	for i := range n {
		v.Profiles = append(v.Profiles, model.Profile{ID: int64(i + 1), Name: text.Clean([]string{"李娜", "Zoë", "\x1b[2J很长的名字很长的名字"}[i%3])})
	}
	for _, h := range []int{8, 12, 16} {
		v.Timeline = append(v.Timeline, hour(h))
		for i := range n {
			a := model.Answer{ID: int64(i + 1), At: hour(h), Survey: uuid.UUID{1}, Pending: h == 16 && i == n-1}
			switch {
			case a.Pending:
			case i%3 == 2:
				a.Result = text.CleanLines("I would rather not say \x1b[31m 不好说")
			default:
				a.Result = text.CleanLines(fmt.Sprintf(`{"happy":%d,"by":"%s","needs":["food","钱"],"ubi":%t,"why":"因为 because %d\nof it"}`, 1+(i+h)%5, []string{"bus", "subway 地铁"}[i%2], i%2 == 0, i))
			}
			v.AllAnswers.Rows = append(v.AllAnswers.Rows, a)
			if h == 12 {
				v.AllAnswers.Rows = append(v.AllAnswers.Rows, model.Answer{ID: int64(i + 1), At: hour(h), Survey: uuid.UUID{2}, Result: text.CleanLines(`{"a":1,"b":"x"}`)})
			}
		}
	}
	for _, a := range v.AllAnswers.Rows {
		if a.ID == 1 {
			v.Answers = append(v.Answers, a)
		}
	}
	v.Surveys = []model.Survey{{ID: uuid.UUID{1}, Name: text.Clean("幸福感 well-being"), Data: text.ParseValue(`{"elements":[
		{"type":"rating","name":"happy","title":"How happy are you today? 您今天有多开心?","rateMin":1,"rateMax":5},
		{"type":"radiogroup","name":"by","title":"How do you commute?","choices":["bus","subway 地铁","car"]},
		{"type":"checkbox","name":"needs","title":"What do you miss?","choices":["food","sleep"]},
		{"type":"boolean","name":"ubi"},{"type":"text","name":"why","title":"Why? \u001b]0;x\u0007"}]}`)}}
	for n := pane.NeedWhole; n <= pane.NeedSurveys; n++ {
		v.Tell(n, true, text.Text{})
	}
	return v
}

func shownSurveys(v pane.View, w, h int) *surveys {
	s := New(theme.New(theme.Mono, true)).(*surveys)
	s.Resize(w, h)
	s.Show(v)
	return s
}

// holds fails unless a pane shows every text.
func holds(t *testing.T, p pane.Pane, texts ...string) {
	t.Helper()
	screen := ansi.Strip(p.View())
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			t.Fatalf("%q is not shown:\n%s", text, screen)
		}
	}
}

func TestSurveysOfAnySizeFillTheirCells(t *testing.T) {
	for _, n := range []int{0, 1, 9} {
		for _, keys := range []string{"", "j", "jjjj", "\nG", "jjjj\nG", "x", "zz", "l", "jjjjj", "jjjjjj\n", "a", "aG", "xjjjj\n", "/李", "/nobody\n"} {
			s := shownSurveys(polled(n), 80, 20)
			panetest.Press(s, keys)
			for w := 0; w < 100; w += 1 + w/6 {
				for h := 0; h < 24; h += 1 + h/8 {
					s.Resize(w, h)
					rows := strings.Split(s.View(), "\n")
					if len(rows) != max(h, 1) {
						t.Fatalf("%d agents, %q: %d rows of %d", n, keys, len(rows), h)
					}
					for _, r := range rows {
						if h > 0 && cell.Width(r) != w {
							t.Fatalf("%d agents, %q, %d×%d: %d cells of %d: %q", n, keys, w, h, cell.Width(r), w, r)
						}
						if strings.Contains(r, "\x1b[2J") || strings.Contains(r, "\x1b[31m") {
							t.Fatalf("a sequence of the source is shown: %q", r)
						}
					}
				}
			}
		}
	}
}

// FuzzSurveys holds that whatever was asked and answered, the pane fills its cells.
func FuzzSurveys(f *testing.F) {
	f.Add(`{"elements":[{"type":"rating","name":"a"}]}`, `{"a":1e308}`, `{"a":-1e308}`, "\n", 70, 20)
	f.Add(`{"elements":[{"type":"checkbox","name":"a\u001b","title":"\u202e","choices":["\n"]}]}`, `{"a\u001b":["\u001b[2J"]}`, "```\x00", "jj\nG", 39, 5)
	f.Add(``, `{"🚇":null,"":"x"}`, `{"🚇":0.5}`, "xa", 61, 9)
	f.Fuzz(func(t *testing.T, data, one, two, keys string, w, h int) {
		w, h = min(max(w, 0), 200), min(max(h, 0), 60)
		v := polled(2)
		v.Surveys[0].Data = text.ParseValue(data)
		for i := range v.AllAnswers.Rows {
			v.AllAnswers.Rows[i].Result = text.CleanLines([]string{one, two}[i%2])
		}
		v.Answers = v.AllAnswers.Rows[:1]
		s := shownSurveys(v, w, h)
		panetest.Press(s, keys)
		rows := strings.Split(s.View(), "\n")
		if len(rows) != max(h, 1) {
			t.Fatalf("%d rows of %d", len(rows), h)
		}
		for _, r := range rows {
			if n := cell.Width(r); h > 0 && n != w {
				t.Fatalf("%d cells of %d: %q", n, w, r)
			}
		}
		if plain := ansi.Strip(s.View()); strings.ContainsAny(plain, "\x1b\u202e\x00\r") {
			t.Fatalf("%q is shown", plain)
		}
	})
}

func TestQuestionsOfASurvey(t *testing.T) {
	s := shownSurveys(polled(9), 90, 22)
	holds(t, s, "幸福感 well-being - 1 of 2 surveys - round 3 of 3, d0 16:00", "9 asked - 6 answered - 2 unparsable - 1 pending",
		">happy       rating |", "How happy are you today?", "6 answers", "mean 3 ")
	panetest.Press(s, "j")
	holds(t, s, ">by", "How do you commute?", "bus", "subway 地铁", "car", "3  50%", "0   0%")
	panetest.Press(s, "j")
	holds(t, s, "food", "6 100%", "sleep", "钱")
	panetest.Press(s, "j")
	holds(t, s, "yes", "no", "3  50%")
	panetest.Press(s, "j")
	holds(t, s, "李娜: 因为 because 0 of it", "Zoë: 因为 because 1 of it")
	panetest.Press(s, "j")
	holds(t, s, ">unparsable       2", "Answers of another form", "I would rather not say \ufffd[31m 不好说")
	panetest.Press(s, "j")
	holds(t, s, ">pending          1", "Not answered yet", "1 agent")
	panetest.Press(s, "jjjk\n")
	holds(t, s, "2 agents")
}

func TestAScaleIsShownAsAWhole(t *testing.T) {
	s := shownSurveys(polled(0), 90, 22)
	q := survey.Question{Min: 1, Max: 5}
	for _, tc := range []struct {
		ratings []float64
		max     float64
		want    string
	}{
		{[]float64{3, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, 5, "1:0 2:0 3:1 4:2 5:12"},
		{[]float64{2, 7}, 5, "1:0 2:1 3:0 4:0 5:0 6:0 7:1"},
		{[]float64{2, 900}, 5, "0:1 200:0 400:0 600:0 800:1"},
		{nil, 3, "1:0 2:0 3:0"},
		{[]float64{1.5, 2.5}, 5, "1.4:1 1.6:0 1.8:0 2.0:0 2.2:0 2.4:1"},
		{[]float64{1, 2}, 1e6, "1:1 2:1"},
		{[]float64{9}, 5, "1:0 2:0 3:0 4:0 5:0 6:0 7:0 8:0 9:1"},
		{[]float64{1, 2}, math.NaN(), "1:1 2:1"},
	} {
		q.Max, s.tally.Ratings = tc.max, tc.ratings
		got := []string{}
		for _, b := range s.buckets(&q, 60) {
			got = append(got, fmt.Sprintf("%s:%d", b.Label, b.Count))
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%v up to %v is %v, want %s", tc.ratings, tc.max, got, tc.want)
		}
	}
}

func TestARatingHasATrend(t *testing.T) {
	v := polled(9)
	s := shownSurveys(v, 90, 30)
	holds(t, s, "by round 3.33 - 3.17 - 3.00")
	v.At = hour(13)
	s.Show(v)
	holds(t, s, "by round 3.33 - 3.17 ")
	panetest.Press(s, "z")
	holds(t, s, "by round 3.33 - 3.17 ")
	v.At = hour(9)
	s.Show(v)
	if strings.Contains(s.View(), "by round") {
		t.Error("one round has a trend")
	}
	many := shownSurveys(crowdPolled(), 90, 30)
	holds(t, many, "by round ", " 2.00 to 2.00")
}

func TestRoundsOfASurvey(t *testing.T) {
	v := polled(9)
	s := shownSurveys(v, 90, 22)
	panetest.Press(s, "z")
	holds(t, s, "round 2 of 3, d0 12:00", "6 answered - 3 unparsable")
	panetest.Press(s, "zzz")
	holds(t, s, "round 1 of 3, d0 08:00")
	panetest.Press(s, "x")
	holds(t, s, "all 3 rounds", "27 asked - 18 answered - 8 unparsable - 1 pending")
	panetest.Press(s, "x")
	holds(t, s, "round 1 of 3")
	panetest.Press(s, "Z")
	v.At = hour(9)
	s.Show(v)
	holds(t, s, "1 of 1 survey - d0 08:00")
	v.At = hour(18)
	s.Show(v)
	holds(t, s, "round 2 of 3")
	panetest.Press(s, "ZZ")
	v.At = hour(13)
	s.Show(v)
	holds(t, s, "round 2 of 2")
	v.At = hour(18)
	s.Show(v)
	holds(t, s, "round 3 of 3")
	v.At = hour(7)
	s.Show(v)
	holds(t, s, "No survey was asked up to this moment; the first one is of d0 08:00.")
	v.Live = true // there is no step after it
	s.Show(v)
	holds(t, s, "round 3 of 3")
}

func TestASurveyWithoutItsQuestionnaire(t *testing.T) {
	v := polled(9)
	s := shownSurveys(v, 90, 22)
	panetest.Press(s, "l")
	holds(t, s, "survey 02000000 - 2 of 2 surveys - d0 12:00", "9 asked - 9 answered - its questionnaire is gone", ">a           rating", " b           choice")
	panetest.Press(s, "j")
	holds(t, s, "x", "9 100%")
	v.Surveys = nil
	v.Tell(pane.NeedSurveys, false, text.Clean("The questionnaires are not offered by this server."))
	s.Show(v)
	holds(t, s, ">b", "9 answered - The questionnaires are not offered by this server.")
	panetest.Press(s, "h")
	holds(t, s, "survey 01000000 - 1 of 2", "happy", "needs")
}

func TestTheAnswersOfOneAgent(t *testing.T) {
	v := polled(9)
	s := shownSurveys(v, 90, 40)
	panetest.Press(s, "a")
	if needs := fmt.Sprint(s.Needs()); !strings.Contains(needs, fmt.Sprint(pane.NeedAnswers)) || strings.Contains(needs, fmt.Sprint(pane.NeedAllAnswers)) {
		t.Errorf("of one agent %s are needed", needs)
	}
	holds(t, s, "李娜 - 幸福感 well-being - 1 of 2 surveys - 3 rounds", "d0 16:00", "How happy are you today? 您今天有多开心?  2", "bus", "food, 钱", "yes")
	screen := ansi.Strip(s.View())
	if strings.Index(screen, "d0 16:00") > strings.Index(screen, "d0 08:00") {
		t.Errorf("the newest is not the first:\n%s", screen)
	}
	panetest.Press(s, "ii")
	if id, ok := s.Agent(); id != 3 || !ok {
		t.Errorf("agent %d is selected", id)
	}
	v.Agent, v.Answers = 3, nil
	for _, a := range v.AllAnswers.Rows {
		if a.ID == 3 {
			v.Answers = append(v.Answers, a)
		}
	}
	s.Show(v)
	holds(t, s, "unparsable:", "  I would rather not say")
	v.Agent, v.Answers = 9, nil
	s.Show(v)
	holds(t, s, "很长的名字很长的名字 was asked no survey so far; a shows all agents, i the next one.")
	v.Answers = []model.Answer{v.AllAnswers.Rows[len(v.AllAnswers.Rows)-1]}
	s.Show(v)
	holds(t, s, "pending: not answered yet")
	v.Zone, v.Answers = time.UTC, slices.Clone(v.Answers)
	v.Answers[0].Created = time.Date(2001, 1, 1, 12, 5, 0, 0, time.UTC)
	s.Show(v)
	holds(t, s, "pending: not answered yet, asked 2001-01-01 12:05")
}

func TestAnswersAreSearched(t *testing.T) {
	s := shownSurveys(polled(9), 90, 22)
	panetest.Press(s, "j\n")
	holds(t, s, "幸福感 well-being - by - 1 of 2 surveys", "How do you commute?", "50%", "By agent", "李娜: bus", "Zoë: subway 地铁")
	panetest.Press(s, "/SUBW")
	holds(t, s, "/ SUBW", "3 of 6", "Zoë: subway 地铁")
	if x, y, ok := s.Cursor(); !ok || x != 6 || y != 0 {
		t.Errorf("the cursor is at %d, %d, %v", x, y, ok)
	}
	if strings.Contains(s.View(), "bus") {
		t.Error("what does not match is shown")
	}
	panetest.Press(s, "x")
	holds(t, s, "/ SUBWx", "0 of 6", "No answer has that; Esc shows all.")
	s.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	s.Update(tea.PasteMsg{Content: "ay\x1b[2J"})
	s.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	panetest.Press(s, "\n")
	esc := tea.KeyPressMsg{Code: tea.KeyEscape}
	for _, want := range []string{"By agent", " needs      choices"} {
		if !s.CapturesKey(esc) {
			t.Fatal("Esc leads out of the pane")
		}
		s.Update(esc)
		holds(t, s, want)
	}
	if s.CapturesKey(esc) {
		t.Error("Esc does not lead out of the pane")
	}
	panetest.Press(s, "/李娜\n")
	holds(t, s, "3 of 6 with 李娜", "李娜: bus", "李娜: subway 地铁")
	panetest.Press(s, "l")
	holds(t, s, "2 of 2 surveys", ">a")
}

func TestAPageOfAnswersStaysWhereItIs(t *testing.T) {
	v := polled(60)
	s := shownSurveys(v, 60, 14)
	panetest.Press(s, "jjjj\njjjjjjjj")
	first := func() string { return strings.Split(ansi.Strip(s.View()), "\n")[3] }
	was := first()
	if !strings.Contains(was, "because") {
		t.Fatalf("the first line is %q", was)
	}
	v.AllAnswers.Rows = append([]model.Answer(nil), v.AllAnswers.Rows...)
	for i := range v.AllAnswers.Rows {
		if a := &v.AllAnswers.Rows[i]; a.ID == 3 && a.At == hour(16) {
			a.Result = text.CleanLines(`{"why":"a late answer before that"}`)
		}
	}
	s.Show(v)
	if now := first(); now != was {
		t.Errorf("%q became %q", was, now)
	}
	panetest.Press(s, "g")
	holds(t, s, "a late answer")
}

func TestWhyThereAreNoSurveys(t *testing.T) {
	none := polled(9)
	none.AllAnswers.Rows, none.Answers = nil, nil
	none.Tell(pane.NeedAllAnswers, true, text.Text{})
	for want, change := range map[string]func(*pane.View){
		"No survey was asked so far.":           func(*pane.View) {},
		"reading":                               func(v *pane.View) { v.Tell(pane.NeedAllAnswers, false, text.Text{}) },
		"The lab file is locked.":               func(v *pane.View) { v.Tell(pane.NeedAllAnswers, false, text.Clean("The lab file is locked.")) },
		"This experiment has no agents.":        func(v *pane.View) { v.Profiles = nil },
		"This is an individual run: its agents": func(v *pane.View) { v.Experiment.NumDay = -1 },
		"No survey was asked among the answers of 3 of 9 agents so far.": func(v *pane.View) { v.AllAnswers.Agents, v.AllAnswers.Of = 3, 9 },
	} {
		v := none
		change(&v)
		s := shownSurveys(v, 80, 12)
		panetest.Press(s, "jhlzZx\nG")
		holds(t, s, want)
	}
}

func TestOnASourceThatTellsOneAgentAtATime(t *testing.T) {
	v := polled(9)
	v.Bulk = false
	rows := v.AllAnswers.Rows
	v.AllAnswers = pane.Gathered[model.Answer]{}
	s := shownSurveys(v, 90, 20)
	holds(t, s, "李娜 - 幸福感", "This source tells the answers of one agent at a time; a gathers those of all.")
	panetest.Press(s, "a")
	v.AllAnswers = pane.Gathered[model.Answer]{Rows: rows, Agents: 4, Of: 9, Until: hour(18)}
	s.Show(v)
	holds(t, s, "answers of 4 of 9 agents")
	v.AllAnswers.Agents = 9
	v.At = hour(19)
	s.Show(v)
	holds(t, s, "as of d0 18:00: r reads again")
	v.AllAnswers.Agents, v.AllAnswers.Cut = 4, true
	s.Show(v)
	holds(t, s, "answers of 4 of 9 agents, no more fit")
	v.Experiment.Key.ID = uuid.UUID{7}
	s.Show(v)
	holds(t, s, "李娜 - 幸福感")
}
