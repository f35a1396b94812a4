package surveys

import (
	"testing"
	"time"

	"societop/model"
)

func TestHowLongAnswersArePending(t *testing.T) {
	v := polled(9)
	v.Live, v.Now, v.Experiment.Status = true, time.Date(2001, 1, 1, 12, 0, 0, 0, time.UTC), model.Running
	for i := range v.AllAnswers.Rows {
		if a := &v.AllAnswers.Rows[i]; a.Pending {
			a.Created = v.Now.Add(-12 * time.Minute)
		}
	}
	s := shownSurveys(v, 90, 22)
	holds(t, s, "9 asked - 6 answered - 2 unparsable - 1 pending for 12m")
	v.Now = v.Now.Add(time.Hour)
	s.Show(v)
	holds(t, s, "1 pending for 72m")
}
