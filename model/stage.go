package model

// Stage is the index of the entry of its workflow that a run is at, or was when it ended early; −1 where
// there is none: before its start, and after its end.
func (s *Summary) Stage() int {
	switch {
	case s.Status == NotStarted || s.complete():
		return -1
	case s.Dir != nil && s.Dir.Phase.Count > 0 && s.Status != Finished:
		return s.Dir.Phase.Index
	case s.Plan != nil && s.Now.Valid():
		return s.Plan.Current(s.Now.Seconds())
	}
	return -1
}

// DoneIn is how many steps of one entry of its workflow a run has done, −1 if that is unknown, and how
// many the entry has: 0 where it has none, or there is no plan.
func (s *Summary) DoneIn(entry int) (done, steps int64) {
	if s.Plan == nil {
		return 0, 0
	}
	done, steps = s.Plan.DoneIn(entry, s.Now.Seconds())
	switch {
	case s.complete():
		done = steps
	case s.Status == NotStarted || s.Dir != nil && s.Dir.Done == 0:
		done = 0
	case !s.Now.Valid():
		done = -1
	}
	return done, steps
}

// complete reports whether all of the workflow was done.
func (s *Summary) complete() bool {
	return s.Status == Finished && !s.Short()
}
