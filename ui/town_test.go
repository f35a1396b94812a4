package ui

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// fakeTown is what the agents of every experiment of a fakeSource do.
type fakeTown struct {
	moments  []model.SimTime
	agents   int
	does     func(i int, at model.SimTime) model.AgentStatus // what an agent does at a moment
	err      error                                           // why nothing can be read
	frameErr error                                           // why no frame can
	took     time.Duration                                   // to read a frame
	late     bool                                            // the newest frame is not there yet
	bulk     bool                                            // what all agents said can be read at once
	surveys  []model.Survey
	poll     func(id int64, moments []model.SimTime) []model.Answer // what an agent answers; nil: little
	answers  time.Duration                                          // to read the answers of an agent
	untils   []model.SimTime                                        // up to which talk of all was read
	frames   []model.SimTime
	most     int // reads of frames at once
	now      int
	reads    map[string]int
}

// townOf is a town with so many moments, five minutes apart, that ends with the clock of the
// first experiment of testLab.
func townOf(moments, agents int) fakeTown {
	t := fakeTown{agents: agents, does: statusOf, err: nil, reads: map[string]int{}}
	for i := range moments {
		t.moments = append(t.moments, momentAt(i+1-moments))
	}
	return t
}

// momentAt is the moment so many steps after the clock of the first experiment of testLab.
func momentAt(step int) model.SimTime {
	t := model.SecondsPerDay + 50701 + 300*step
	return model.SimTime{Day: t / model.SecondsPerDay, T: float64(t % model.SecondsPerDay)}
}

// withTown changes the town from now on.
func (f *fakeSource) withTown(by func(*fakeTown)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	by(&f.town)
}

// read counts a read of the town.
func (s fakeSociety) read(what string) (*fakeTown, error) {
	t := &s.src.town
	if t.reads == nil {
		return t, model.ErrNotOffered
	}
	t.reads[what]++
	return t, t.err
}

func (s fakeSociety) Timeline(context.Context) ([]model.SimTime, error) {
	s.src.mu.Lock()
	defer s.src.mu.Unlock()
	t, err := s.read("timeline")
	return append([]model.SimTime(nil), t.moments...), err
}

func (s fakeSociety) Profiles(context.Context) (all []model.Profile, err error) {
	s.src.mu.Lock()
	defer s.src.mu.Unlock()
	t, err := s.read("profiles")
	for i := range t.agents {
		name := []string{"李娜 %d", "Zoë %d", "\x1b[2J很长的名字很长的名字很长的名字 %d \u202e"}[i%3]
		job := []string{"teacher 教师 👩‍🏫", "driver", `nurse\n\u001b]0;x\u0007`}[i%3]
		all = append(all, model.Profile{
			ID: int64(i + 1), Name: text.Clean(fmt.Sprintf(name, i+1)),
			Profile: text.ParseValue(fmt.Sprintf(`{"occupation":"%s","age":%d,"zodiac":"\u5929"}`, job, 20+i*7%50)),
		})
	}
	return all, err
}

func (s fakeSociety) Frame(_ context.Context, at model.SimTime) (model.Frame, error) {
	s.src.mu.Lock()
	defer s.src.mu.Unlock()
	t, err := s.read("frame")
	t.frames = append(t.frames, at)
	if took := t.took; took > 0 {
		t.now++
		t.most = max(t.most, t.now)
		s.src.mu.Unlock()
		time.Sleep(took)
		s.src.mu.Lock()
		t.now--
	}
	frame := model.Frame{At: at}
	if t.frameErr != nil || err != nil {
		return frame, t.frameErr
	}
	for i := range t.agents {
		if t.late && at == t.moments[len(t.moments)-1] {
			break
		}
		frame.Agents = append(frame.Agents, t.does(i, at))
	}
	return frame, nil
}

// statusOf is what an agent does at a moment: something that tells who and when.
func statusOf(i int, at model.SimTime) model.AgentStatus {
	s := model.AgentStatus{
		ID: int64(i + 1), At: at, Lng: 116 + float64(i)/100, Lat: math.NaN(),
		Action: text.Clean(fmt.Sprintf("acts %d %s", i+1, at.Short())),
		Status: text.ParseValue(fmt.Sprintf(`{"hunger":%.2f,"mood":"\u5929"}`, 0.5+0.5*math.Sin(float64(i)*2+at.T/3000))),
	}
	switch i % 4 {
	case 1:
		s.Lat, s.Parent = 39.9, 500000001
	case 2:
		s.Status = text.ValueOf("feels fine 心情不错 \x1b[31m")
	case 3:
		s.Action, s.Status = text.Clean("睡觉 💤"), text.Value{}
	}
	return s
}

// fakeAgent is one agent of a town.
type fakeAgent struct {
	fakeSociety
	id int64
}

func (s fakeSociety) Agent(id int64) model.Agent { return fakeAgent{s, id} }

func (a fakeAgent) History(context.Context) (all []model.AgentStatus, err error) {
	a.src.mu.Lock()
	defer a.src.mu.Unlock()
	t, err := a.read("history")
	for _, at := range t.moments {
		all = append(all, t.does(int(a.id-1), at))
	}
	return all, err
}

func (a fakeAgent) Talk(context.Context) (all []model.Message, err error) {
	a.src.mu.Lock()
	defer a.src.mu.Unlock()
	t, err := a.read("talk")
	for i, at := range t.moments {
		m := model.Message{ID: a.id, At: at, Created: start.Add(-time.Hour), Kind: model.MessageKind(i % 3), Content: text.CleanLines(fmt.Sprintf("says %s 你好 \x1b[2J\nin two lines", at.Short()))}
		if m.Kind == model.UserTalk && i%2 > 0 {
			m.Speaker = text.Clean("user")
		}
		if m.Kind == model.Talk {
			m.Speaker, m.Content = text.Clean("1"), text.CleanLines(`{"content":"shall we meet? 一起吃饭吗"}`)
		}
		all = append(all, m)
	}
	return all, err
}

func (a fakeAgent) Answers(context.Context) (all []model.Answer, err error) {
	a.src.mu.Lock()
	defer a.src.mu.Unlock()
	t, err := a.read("answers")
	if t.answers > 0 {
		a.src.mu.Unlock()
		time.Sleep(t.answers)
		a.src.mu.Lock()
	}
	if t.poll != nil && err == nil {
		return t.poll(a.id, t.moments), nil
	}
	if n := len(t.moments); n > 1 {
		all = append(all,
			model.Answer{ID: a.id, At: t.moments[0], Survey: uuid.UUID{1}, Result: text.CleanLines(`{"happy":3,"why":"因为"}`)},
			model.Answer{ID: a.id, At: t.moments[n-1], Survey: uuid.UUID{2}, Pending: true})
	}
	return all, err
}

// fakeBulk is a town of which all talk can be read at once.
type fakeBulk struct{ fakeSociety }

func (b fakeBulk) TalkUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Message, err error) {
	b.src.withTown(func(f *fakeTown) { f.untils = append(f.untils, until) })
	return untilOf(b, until, limit, func(a model.Agent) ([]model.Message, error) { return a.Talk(ctx) }, func(m *model.Message) model.SimTime { return m.At })
}

func (b fakeBulk) AnswersUntil(ctx context.Context, until model.SimTime, limit int) (all []model.Answer, err error) {
	return untilOf(b, until, limit, func(a model.Agent) ([]model.Answer, error) { return a.Answers(ctx) }, func(a *model.Answer) model.SimTime { return a.At })
}

// untilOf is the newest of all agents' words up to a moment, oldest first.
func untilOf[T any](b fakeBulk, until model.SimTime, limit int, read func(model.Agent) ([]T, error), at func(*T) model.SimTime) (all []T, err error) {
	for i := range b.src.town.agents {
		some, err := read(b.Agent(int64(i + 1)))
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			if !until.Valid() || at(&one).Compare(until) <= 0 {
				all = append(all, one)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b T) int { return at(&a).Compare(at(&b)) })
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	return all, nil
}

// Surveys is the questionnaires of the town.
func (f *fakeSource) Surveys(context.Context) ([]model.Survey, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.town.surveys == nil {
		return nil, model.ErrNotOffered
	}
	return f.town.surveys, nil
}

// townReads is how many times something of the town was read.
func (f *fakeSource) townReads(what string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.town.reads[what]
}
