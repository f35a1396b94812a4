package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// pollTown is a town of 24 moments whose agents are asked a survey at three of them, and
// another one at the end.
func pollTown(agents int) fakeTown {
	t := townOf(24, agents)
	t.bulk, t.poll = true, pollOf
	t.surveys = []model.Survey{
		{ID: uuid.UUID{1}, Name: text.Clean("幸福感 well-being"), Data: text.ParseValue(`{"pages":[{"elements":[
			{"type":"rating","name":"happiness","title":"How happy are you today? 您今天有多开心?","rateMin":1,"rateMax":5},
			{"type":"radiogroup","name":"commute","title":"How do you commute?","choices":["bus","subway 地铁","car","bike 🚲"]},
			{"type":"checkbox","name":"needs","title":"What do you miss?","choices":["food","sleep","social"]},
			{"type":"boolean","name":"ubi","title":"Do you support a basic income (UBI)?"},
			{"type":"text","name":"why","title":"Why? 为什么?"}]}]}`)},
		{ID: uuid.UUID{7}, Name: text.Clean("never asked")},
	}
	return t
}

// pollOf is what an agent of pollTown answers.
func pollOf(id int64, moments []model.SimTime) (all []model.Answer) {
	for round, i := range []int{4, 12, 20} {
		if i >= len(moments) {
			continue
		}
		a := model.Answer{ID: id, At: moments[i], Survey: uuid.UUID{1}}
		switch k := (int(id)*7 + round*5) % 20; {
		case k == 19 && round == 2:
			a.Pending = true
		case k == 3:
			a.Result = text.CleanLines("作为一名普通市民，我觉得今天还不错 \x1b[2J")
		default:
			a.Result = text.CleanLines(fmt.Sprintf(`{"happiness":%d,"commute":"%s","needs":[%s],"ubi":%t,"why":"%s"}`,
				2+k%4, []string{"bus", "subway 地铁", "Bike 🚲", "on foot"}[k%10*4/10], []string{`"food"`, `"sleep","social"`, ``}[k%3], k < 9,
				[]string{"因为工作压力大。", "Because my family is well, the weather is fine and nobody has asked me to work on a Sunday for weeks.", "没什么特别的原因。"}[k%3]))
		}
		all = append(all, a)
	}
	if n := len(moments); n > 0 {
		all = append(all, model.Answer{ID: id, At: moments[n-1], Survey: uuid.UUID{2}, Result: text.CleanLines(`{"source":"TV"}`)})
	}
	return all
}

// onSurveys shows the pane Surveys of the first experiment of a lab, with the focus.
func onSurveys(t *testing.T, src *fakeSource, w, h int, test func(*stage)) {
	t.Helper()
	play(t, src, w, h, nil, func(s *stage) {
		s.press("enter", "Surveys")
		s.rest()
		test(s)
	})
}

func TestSurveysFollowTheClock(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(40)
	onSurveys(t, src, 200, 40, func(s *stage) {
		s.shows("幸福感 well-being · 1 of 2 surveys · round 3 of 3, "+momentAt(-3).Short(), "40 asked · ", "▌happiness", "How happy are you today?")
		s.press("l")
		s.shows("survey 02000000 · 2 of 2 surveys · " + momentAt(0).Short())
		s.press(",")
		s.shows("幸福感 well-being · 1 of 1 survey · round 3 of 3")
		s.press(",", ",", ",")
		s.shows("round 2 of 2, " + momentAt(-11).Short())
		s.press("L")
		s.shows("survey 02000000 · 2 of 2 surveys", "its questionnaire is gone")
		s.press("h", "j", "j")
		s.shows("▌needs", "What do you miss?")
		s.press("a")
		s.shows("李娜 1 · 幸福感 well-being", "Do you support a basic income (UBI)?")
		s.press("Agents", "j")
		s.rest()
		s.press("Surveys")
		s.rest()
		s.shows("Zoë 2 · 幸福感 well-being")
		s.press("i", "Agents")
		s.rest()
		s.shows("▌ 3 �[2J很长的名字")
		if n := src.townReads("answers"); n != 40+3 { // of all agents, and of three
			t.Errorf("%d reads of answers", n)
		}
	})
}

func TestAnswersToAQuestionAreSearched(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(40)
	onSurveys(t, src, 160, 40, func(s *stage) {
		s.press("j", "/", "o", "n", "space", "f")
		s.shows("/ on f", "6 of 36", "Zoë 14: on foot")
		if c := s.app.View().Cursor; c == nil || c.Y != 4 {
			t.Errorf("the cursor is %+v", c)
		}
		s.press("enter", "esc")
		s.shows("By agent")
		s.press("esc")
		s.shows("▌commute")
		s.press("a", "/", "q")
		s.shows("╭ Experiments", "q")
	})
}

func TestAnAgentsAnswersHaveTheSurveysName(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(9)
	onAgents(t, src, 200, 60, func(s *stage) {
		s.press("enter")
		s.shows("Surveys · 4", "幸福感 well-being: happiness ", "survey 02000000: source TV")
	})
}

func TestAnswersAreGatheredAgentByAgent(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(9)
	src.town.bulk, src.town.answers = false, time.Second
	reads := func() int { return src.townReads("answers") }
	onSurveys(t, src, 200, 40, func(s *stage) {
		s.pass(3 * time.Second)
		s.shows("李娜 1 · 幸福感 well-being", "This source tells the answers of one agent at a time; a gathers those of all.")
		if n := reads(); n != 1 {
			t.Fatalf("%d reads for one agent", n)
		}
		s.press("a")
		s.shows("reading …")
		s.pass(2100 * time.Millisecond)
		s.shows("1 asked", "answers of 1 of 9 agents")
		s.pass(4 * time.Second) // an agent a second, and as long a rest
		s.shows("3 asked", "answers of 3 of 9 agents")
		if n := reads(); n != 1+4 {
			t.Errorf("%d reads after six seconds", n)
		}
		s.press("Agents")
		s.pass(time.Minute)
		s.press("Surveys")
		s.rest()
		s.shows("answers of 4 of 9 agents")
		if n := reads(); n > 1+5 {
			t.Errorf("%d reads while the pane was left", n)
		}
		s.pass(20 * time.Second)
		s.shows("9 asked")
		s.hides("of 9 agents")
		s.pass(time.Minute)
		if n := reads(); n != 1+9 {
			t.Errorf("%d reads of nine agents", n)
		}
		s.press("a")
		s.hides("a gathers those of all")
		s.press("a")

		src.withTown(func(f *fakeTown) { f.moments = append(f.moments, momentAt(1)) })
		src.change(0, func(e *model.Experiment) { e.Now = momentAt(1) })
		s.pass(10 * time.Second)
		s.shows("as of " + momentAt(0).Short() + ": r reads again")
		before := reads()
		s.press("r")
		s.pass(5 * time.Second)
		s.shows("9 asked")
		s.pass(30 * time.Second)
		s.hides("as of")
		if n := reads() - before; n != 9 {
			t.Errorf("%d reads to read again", n)
		}
	})
}

func TestGatheringEndsWithTheExperiment(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(200)
	src.town.bulk, src.town.answers = false, 100*time.Millisecond
	onSurveys(t, src, 200, 40, func(s *stage) {
		s.pass(time.Second)
		s.press("a")
		s.pass(2 * time.Second)
		s.shows("of 200 agents")
		s.press("tab", "j")
		s.pass(10 * time.Second)
		before := src.townReads("answers")
		s.pass(20 * time.Second)
		s.shows("╭ a run gone quiet", "李娜 1 · 幸福感")
		if n := src.townReads("answers") - before; n > 4 { // the run's selected agent, from time to time
			t.Errorf("%d reads of an experiment that was left", n)
		}
	})
}

func TestGatheringGoesOnAfterAFailure(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(9)
	src.town.bulk, src.town.answers = false, time.Second
	onSurveys(t, src, 200, 40, func(s *stage) {
		s.pass(2 * time.Second)
		s.press("a")
		s.pass(5 * time.Second)
		src.withTown(func(f *fakeTown) {
			f.err = &model.Error{Op: "answers", Address: "http://lab-7", Err: model.ErrUnreachable}
		})
		s.pass(5 * time.Second)
		s.shows("3 asked", "can't be read")
		src.withTown(func(f *fakeTown) { f.err = nil })
		s.pass(2 * time.Minute)
		s.shows("9 asked")
		s.hides("can't be read")
	})
}

func TestWhyThereAreNoAnswers(t *testing.T) {
	for _, tc := range []struct {
		err    error
		bulk   bool
		agents int
		want   string
	}{
		{model.ErrNotOffered, true, 1, "The answers of the agents are not offered by this lab file."},
		{model.ErrNotStarted, true, 1, "There are no answers of the agents yet: the experiment has not started."},
		{&model.Error{Op: "read", Err: model.ErrNoData}, true, 1, "This experiment has no answers here: they were not kept, or are gone."},
		{&model.Error{Op: "read", Err: model.ErrNoData}, false, 1, "This experiment has no agents here"},
		{nil, true, 0, "This experiment has no agents."},
	} {
		src := town(0, 0)
		src.town.bulk, src.town.err, src.town.agents = tc.bulk, tc.err, tc.agents
		onSurveys(t, src, 200, 30, func(s *stage) {
			s.shows(tc.want)
			s.press("j", "h", "z", "x", "i", "enter", ",", "space", "a", "a")
			s.pass(5 * time.Second)
			s.shows(tc.want)
		})
	}
}

func TestSurveysAtEverySize(t *testing.T) {
	src := town(0, 0)
	src.town = pollTown(40)
	onSurveys(t, src, 160, 45, func(s *stage) {
		for _, keys := range [][]string{{}, {"j"}, {"j", "j", "j", "enter"}, {"esc", "a"}, {"a", "x", "l"}} {
			s.press(keys...)
			for w := minWidth; w < 140; w += 11 {
				for h := minHeight; h < 40; h += 7 {
					s.send(tea.WindowSizeMsg{Width: w, Height: h}) // which checks the cells
				}
			}
		}
	})
}
