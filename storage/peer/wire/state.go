package wire

import (
	"time"

	"societop/model"
	"societop/model/text"
)

// Liveness is model.Liveness of a source that is not live.
type Liveness struct {
	AsOf Stamp `json:"as_of,omitzero"`
	Why  Raw   `json:"why,omitzero"`
}

// NewLiveness encodes a liveness; nil while live.
func NewLiveness(l model.Liveness) *Liveness {
	if l.Live() {
		return nil
	}
	return &Liveness{Stamp{l.AsOf}, Raw(l.Why.Raw())}
}

// Model decodes it.
func (l *Liveness) Model() model.Liveness {
	if l == nil {
		return model.Liveness{}
	}
	return model.Liveness{AsOf: l.AsOf.Time, Why: l.Why.text()}
}

// State is model.SourceState.
type State struct {
	Name     Raw       `json:"name"`
	Kind     Raw       `json:"kind,omitzero"`
	Address  Raw       `json:"address,omitzero"`
	Warning  Raw       `json:"warning,omitzero"`
	Live     *Liveness `json:"live,omitzero"`
	Skew     int64     `json:"skew,omitzero"` // microseconds
	Trouble  *Error    `json:"trouble,omitzero"`
	Failure  *Error    `json:"failure,omitzero"`
	Slow     bool      `json:"slow,omitzero"`
	Loaded   bool      `json:"loaded,omitzero"`
	Answered Stamp     `json:"answered,omitzero"`
	Retry    Stamp     `json:"retry,omitzero"`
	First    bool      `json:"first,omitzero"`
	More     bool      `json:"more,omitzero"`
}

// newState encodes the state of a source.
func newState(s *model.SourceState) State {
	address := s.Info.Address.Raw()
	return State{
		Name: Raw(s.Name.Raw()), Kind: Raw(s.Info.Kind), Address: Raw(address), Warning: Raw(s.Info.Warning.Raw()),
		Live: NewLiveness(s.Liveness), Skew: s.Skew.Microseconds(), Trouble: NewError(s.Trouble, address), Failure: NewError(s.Failure, address),
		Slow: s.Slow, Loaded: s.Loaded, Answered: Stamp{s.Answered}, Retry: Stamp{s.RetryAt}, First: s.First, More: s.More,
	}
}

// maxSkew is how far clocks are believed to differ.
const maxSkew = 100 * 365 * 24 * time.Hour

// model decodes it.
func (s *State) model() model.SourceState {
	address := text.Clean(string(s.Address))
	return model.SourceState{
		Name: model.NewSourceName(string(s.Name)), Info: model.Info{Kind: s.Kind.text().String(), Address: address, Warning: s.Warning.text()},
		Liveness: s.Live.Model(), Skew: time.Duration(min(max(s.Skew, -maxSkew.Microseconds()), maxSkew.Microseconds())) * time.Microsecond,
		Trouble: s.Trouble.Model(address.String()), Failure: s.Failure.Model(address.String()),
		Slow: s.Slow, Loaded: s.Loaded, Answered: s.Answered.Time, RetryAt: s.Retry.Time, First: s.First, More: s.More,
	}
}
