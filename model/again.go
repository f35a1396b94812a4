package model

// BeganAgain reports whether s, a newer state of the experiment that was before, is of another run
// under the same id: AgentSociety takes one that has ended back to NOT_STARTED, with the same
// created_at, and its time and tokens go back.
func (s *Summary) BeganAgain(before *Summary) bool {
	switch {
	case !sameTime(s.Created, before.Created):
		return true
	case s.Status == NotStarted:
		return before.Status != NotStarted
	case before.Status == NotStarted:
		return false
	case before.Status.Ended() && s.Status == Running:
		return s.Now.Compare(before.Now) < 0 || s.Tokens() < before.Tokens()
	}
	return s.Now.Compare(before.Now) < 0
}
