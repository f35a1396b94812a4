package wire

import (
	"errors"
	"time"

	"societop/model"
)

// Activity is model.Activity.
type Activity struct {
	From   Raw             `json:"from,omitzero"`
	Steps  int64           `json:"steps"`
	Whole  int64           `json:"whole,omitzero"`
	Agents List[Actor]     `json:"agents,omitzero"`
	Events few[EventCount] `json:"events,omitzero"`
	Walls  List[int64]     `json:"walls,omitzero"` // microseconds since 1970; 0: unknown
}

// Actor is model.AgentActivity.
type Actor struct {
	ID    int64  `json:"i"`
	Name  Raw    `json:"n,omitzero"`
	Deeds string `json:"d,omitzero"` // a letter a step, up to the last in which it did something
	Why   Raw    `json:"w,omitzero"`
}

// EventCount is model.EventCount.
type EventCount struct {
	Kind   Raw         `json:"k"`
	Counts List[int64] `json:"n,omitzero"` // up to the last step that has some
}

// letters is what the deeds are written as.
const letters = "-ax"

// NewActivity encodes it.
func NewActivity(a model.Activity) *Activity {
	return &Activity{
		From: newText(a.From), Steps: int64(a.Steps), Whole: int64(a.Whole), Agents: Map[List[Actor]](a.Agents, newActor),
		Events: Map[few[EventCount]](a.Events, newEvents),
		Walls: Map[List[int64]](a.Walls, func(t time.Time) int64 {
			if t.IsZero() {
				return 0
			}
			return t.UnixMicro()
		}),
	}
}

func newActor(a model.AgentActivity) Actor {
	deeds := make([]byte, 0, len(a.Deeds))
	last := 0
	for _, d := range a.Deeds {
		if int(d) < 0 || int(d) >= len(letters) {
			d = model.Absent
		}
		if deeds = append(deeds, letters[d]); d != model.Absent {
			last = len(deeds)
		}
	}
	return Actor{a.ID, newText(a.Name), string(deeds[:last]), newText(a.Why)}
}

func newEvents(e model.EventCount) EventCount {
	out := EventCount{Kind: newText(e.Kind)}
	last := 0
	for i, n := range e.Counts {
		if out.Counts = append(out.Counts, int64(n)); n != 0 {
			last = i + 1
		}
	}
	out.Counts = out.Counts[:last]
	return out
}

// The most that is believed of an activity.
const (
	maxSteps = 1 << 20
	maxDeeds = 1 << 28 // of all agents, in all steps
)

var errActivity = errors.New("its steps are not as many as it says")

// Model decodes it.
func (a *Activity) Model() (out model.Activity, err error) {
	if a.Steps < 0 || a.Steps > maxSteps || a.Steps*int64(len(a.Agents)+len(a.Events)) > maxDeeds || len(a.Walls) != 0 && int64(len(a.Walls)) != a.Steps {
		return out, errActivity
	}
	steps := int(a.Steps)
	out = model.Activity{From: a.From.text(), Steps: steps, Whole: int(min(max(a.Whole, 0), a.Steps))}
	for _, one := range a.Agents {
		if len(one.Deeds) > steps {
			return model.Activity{}, errActivity
		}
		out.Agents = append(out.Agents, one.model(steps))
	}
	for _, e := range a.Events {
		if len(e.Counts) > steps {
			return model.Activity{}, errActivity
		}
		out.Events = append(out.Events, e.model(steps))
	}
	for _, at := range a.Walls {
		var wall time.Time
		if at != 0 {
			if wall, err = believed(at); err != nil {
				return model.Activity{}, err
			}
		}
		out.Walls = append(out.Walls, wall)
	}
	return out, nil
}

// model decodes what an agent did in so many steps.
func (a Actor) model(steps int) model.AgentActivity {
	deeds := make([]model.Deed, steps)
	for i := range len(a.Deeds) {
		deeds[i] = deed(a.Deeds[i])
	}
	return model.AgentActivity{ID: a.ID, Name: a.Name.text(), Deeds: deeds, Why: a.Why.text()}
}

// model decodes the events of a kind in so many steps.
func (e EventCount) model(steps int) model.EventCount {
	counts := make([]int, steps)
	for i, n := range e.Counts {
		counts[i] = model.Int(max(n, 0))
	}
	return model.EventCount{Kind: e.Kind.text(), Counts: counts}
}

// deed is that of a letter.
func deed(letter byte) model.Deed {
	switch letter {
	case letters[model.Acted]:
		return model.Acted
	case letters[model.FailedToAct]:
		return model.FailedToAct
	}
	return model.Absent
}
