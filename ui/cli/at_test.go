package cli

import (
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// twoDays is an endpoint with a run of four moments, of two agents who speak and answer at each.
func twoDays() *endpoint {
	src, s := anEndpoint(), &fakeSociety{
		profiles: []model.Profile{{ID: -5, Name: text.Clean("minus")}, {ID: 7, Name: text.Clean("Ana")}, {ID: 20, Name: text.Clean("Bo")}},
		timeline: []model.SimTime{{Day: 0, T: 28800}, {Day: 0, T: 32400}, {Day: 1, T: 0}, {Day: 1, T: 32400}},
		frames:   map[model.SimTime]model.Frame{}, talk: map[int64][]model.Message{}, answers: map[int64][]model.Answer{},
		metrics: []model.Metric{
			{Key: text.Clean("happiness"), Points: []model.Point{{Tick: 1, Value: 0.5}, {Tick: 90001, Value: 0.7}}},
			{Key: text.Clean("income"), Points: []model.Point{{Tick: 1, Value: 3}}},
		},
	}
	for _, p := range s.profiles {
		for _, at := range s.timeline {
			f := s.frames[at]
			f.At, f.Agents = at, append(f.Agents, model.AgentStatus{ID: p.ID, At: at, Action: text.Clean("at " + at.Short())})
			s.frames[at] = f
			s.talk[p.ID] = append(s.talk[p.ID], model.Message{ID: p.ID, At: at, Content: text.CleanLines("at " + at.Short())})
			s.answers[p.ID] = append(s.answers[p.ID], model.Answer{ID: p.ID, At: at, Result: text.CleanLines("1")})
		}
	}
	s.frames[model.Latest] = s.frames[s.timeline[3]]
	src.society = s
	return src
}

// TestAtAMoment: the newest moment that is not later is taken, and told.
func TestAtAMoment(t *testing.T) {
	for at, want := range map[string]int{
		"d0 09:00": 2, "0 09:30": 2, "d1 08:59:59": 3, "1 9:00": 4, "d1": 3, "day 1 09:00": 4, "d0": 1, "d1 15:00": 4, "2": 2, "step 4": 4, "ｄ１ ０９：００": 4,
	} {
		step := twoDays().society.timeline[want-1]
		for command, rows := range map[string]int{"agents": 3, "talk": 3 * want, "surveys": 3 * want} {
			got := objects(t, twoDays(), command, "--json", "--at", at, "x", id(1))
			if len(got) != rows || got[len(got)-1]["t"] != step.T || got[len(got)-1]["day"] != float64(step.Day) {
				t.Errorf("%s at %q: %d rows: %v", command, at, len(got), got)
			}
			if _, errs, code, _ := call(twoDays(), nil, command, "--at", at, "x", id(1)); code != 0 || !strings.Contains(errs, "at "+step.String()+", step ") {
				t.Errorf("%s at %q: exit code %d: %s", command, at, code, errs)
			}
		}
	}
	for at, want := range map[string]string{
		"tomorrow": `such as "d1 09:00"`, "": `such as "d1 09:00"`, "d1 25:00": "is a simulated time", "-1": "is a simulated time", "09:00": "write d1 09:00",
		"d0 07:00": "the run begins at d0 08:00", "5": "the run has made 4 steps", "d99": "the newest step is of d1 09:00", "d1 19:00": "the newest step is of d1 09:00", "0": "is a simulated time",
	} {
		out, errs, code, _ := call(twoDays(), nil, "agents", "--at", at, "x", id(1))
		if code != 2 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, want) {
			t.Errorf("at %q: exit code %d: %s%s", at, code, out, errs)
		}
	}
	oneDay := twoDays()
	oneDay.society.timeline = oneDay.society.timeline[:2]
	if got := objects(t, oneDay, "talk", "--json", "--at", "08:30", "x", id(1)); len(got) != 3 {
		t.Errorf("in the one day there is: %v", got)
	}
	early := twoDays()
	early.society.timeline = nil
	if out, errs, code, _ := call(early, nil, "talk", "--json", "--at", "d1", "x", id(1)); code != 0 || out != "[]\n" || !strings.Contains(errs, "not started") {
		t.Errorf("before the start: exit code %d: %q %s", code, out, errs)
	}
}

func TestChosenAgents(t *testing.T) {
	for value, want := range map[string]string{
		"7": "7", "7,20": "7 20", "20,7,7": "7 20", "10-20": "20", "-5": "-5", "-5-10": "-5 7", "7..20": "7 20", "all": "-5 7 20", "3,all": "-5 7 20", "7，20": "7 20", "1-1000000000000": "7 20", "21-30": "",
	} {
		for _, command := range []string{"agents", "talk", "surveys"} {
			var got []string
			for _, row := range objects(t, twoDays(), command, "--json", "--agent="+value, "x", id(1)) {
				if id := number(row["id"]); len(got) == 0 || got[len(got)-1] != id {
					got = append(got, id)
				}
			}
			if all := strings.Join(got, " "); all != want && !strings.HasPrefix(all+" ", want+" ") {
				t.Errorf("%s --agent %s has %q, want %q", command, value, all, want)
			}
		}
	}
	if got := objects(t, twoDays(), "agents", "--json", "--agent", "7", "--agent", "20", "x", id(1)); len(got) != 2 {
		t.Errorf("twice given: %v", got)
	}
	for value, want := range map[string]string{
		"Ana": "such as 3,7,10-20, or all", "": "is the id of an agent", ",": "is the id of an agent", "20-7": "lower id first: 7-20", "99999999999999999999": "64 bits", "1-2-3": "is the id",
	} {
		if _, errs, code, _ := call(twoDays(), nil, "talk", "--agent", value, "x", id(1)); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%q: exit code %d: %s", value, code, errs)
		}
	}
	for _, args := range [][]string{{"talk", "--agent", "99"}, {"talk", "--agent", "90-99"}, {"agents", "--agent", "99"}} {
		if _, errs, code, _ := call(twoDays(), nil, append(args, "x", id(1))...); code != 0 || !strings.Contains(errs, "known") {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}

func TestMetricsOfAKeyInSimulatedTime(t *testing.T) {
	got := objects(t, twoDays(), "metrics", "--json", "--key", "happiness", "x", id(1))
	if len(got) != 2 || got[0]["key"] != "happiness" || got[1]["step"] != 90001.0 || got[1]["day"] != 1.0 || got[1]["t"] != 3601.0 {
		t.Errorf("it prints %v", got)
	}
	if got := objects(t, twoDays(), "metrics", "--json", "--key", "income", "--key", "happiness", "--key", "income", "x", id(1)); len(got) != 3 || got[0]["key"] != "income" {
		t.Errorf("it prints %v", got)
	}
	if out, _, _, _ := call(twoDays(), nil, "metrics", "--csv", "x", id(1)); !strings.HasPrefix(out, "key,step,value,day,t\nhappiness,1,0.5,0,1\n") {
		t.Errorf("it prints %s", out)
	}
	planless := twoDays()
	planless.all[0].Plan = nil
	if got := objects(t, planless, "metrics", "--json", "x", id(1)); got[0]["day"] != nil || got[0]["t"] != nil {
		t.Errorf("without a plan it prints %v", got)
	}
	for key, want := range map[string]string{"hapiness": `no metric "hapiness"; did you mean "happiness"?`, "INCOME": `did you mean "income"?`, "x": "there are happiness, income", "": "there are"} {
		out, errs, code, _ := call(twoDays(), nil, "metrics", "--key", key, "x", id(1))
		if code != 2 || out != "" || !strings.Contains(errs, want) {
			t.Errorf("%q: exit code %d: %s%s", key, code, out, errs)
		}
	}
}

// TestAtADate: a run of AgentSociety 2 takes dates, and writes its times as such.
func TestAtADate(t *testing.T) {
	src := twoDays()
	src.all[0].Dir = &model.RunDir{Done: 4, Epoch: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Agents: -1}
	for at, want := range map[string]string{
		"2026-01-06 09:30": "at 2026-01-06 09:00:00, step 4 of 4\n", "01-05 09:00": "at 2026-01-05 09:00:00, step 2 of 4\n", "d0 08:00": "at 2026-01-05 08:00:00, step 1 of 4\n",
	} {
		if out, errs, code, _ := call(src, nil, "talk", "--at", at, "x", id(1)); code != 0 || errs != "societop: "+want || !strings.Contains(out, "\n01-05 08:00  ") {
			t.Errorf("at %q: exit code %d: %s%s", at, code, errs, out)
		}
	}
	for at, want := range map[string]string{"2026-01-04": "the run begins at 01-05 08:00", "01-09": "the newest step is of 01-06 09:00", "02-30": "is a simulated time", "09:00": "write 01-06 09:00"} {
		if _, errs, code, _ := call(src, nil, "agents", "--at", at, "x", id(1)); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("at %q: exit code %d: %s", at, code, errs)
		}
	}
	if _, errs, code, _ := call(twoDays(), nil, "agents", "--at", "01-05 09:00", "x", id(1)); code != 2 || !strings.Contains(errs, "this run counts days; write d1 09:00") {
		t.Errorf("a date of a run without: exit code %d: %s", code, errs)
	}
	for _, command := range []string{"agents", "surveys", "timeline"} {
		if out, _, _, _ := call(src, nil, command, "x", id(1)); !strings.Contains(out, "01-06 09:00") {
			t.Errorf("%s prints\n%s", command, out)
		}
	}
}
