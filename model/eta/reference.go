package eta

import "math"

// reference is a simple running expectation of the next step, by which outliers are told from
// lengths: a level of late, and the effect of each hour on the log of a step's length.
type reference struct {
	level    float64
	weight   float64 // steps that the level was taken from, bounded
	seen     float64
	known    int     // hours that were seen
	outliers float64 // steps in a row that were outliers
	fresh    float64 // steps of the entry of the workflow
	count    [hours]float64
	hours    [hours]float64
	scale    float64 // mean of the absolute residuals, outliers clipped

	resids [resids]float64 // how often residuals were in each of the bins
}

// How residuals are counted: by bins of residStep from residLow on.
const (
	resids    = 48
	residLow  = -2.0
	residStep = 0.125
)

// expect is the log of a step's expected length in a span.
func (r *reference) expect(s *span) float64 {
	y := r.level + s.bend
	for h, share := range s.share {
		y += share * r.hours[h]
	}
	return y
}

// limit is by how much the log of a length may be above what was expected, to be no outlier.
func (r *reference) limit(s *span) (low, high float64) {
	limit := math.Max(4*1.25*r.scale, 1)
	if r.fresh < freshSteps || r.count[s.last] < thinHour && r.known < fewHours {
		limit = math.Max(limit, 2.5)
	}
	// The edge of a night may lie within the hour.
	longest := r.hours[s.last]
	if r.count[s.last] < thinHour {
		for _, e := range r.hours {
			longest = math.Max(longest, e)
		}
	}
	longest = math.Max(longest, math.Max(r.hours[(s.last+1)%hours], r.hours[(s.last+hours-1)%hours]))
	return math.Max(limit, lowest), limit + longest - r.hours[s.last]
}

// Until so many steps were seen, of an entry of the workflow or in an hour, they may be anything.
const (
	freshSteps = 8
	thinHour   = 6
	// fewHours is how many hours may all be of a night.
	fewHours = 10
	// mostOutliers is how many steps in a row are outliers; more of them are a new level.
	mostOutliers = 30
	// lowest is the log of how many times a step may be shorter than expected.
	lowest = 8
)

// clip holds the log of a step's length within what is no outlier, and returns the seconds a step
// that it is above what was expected, if it is one.
func (r *reference) clip(y float64, s *span) (clipped, excess float64) {
	if r.seen == 0 {
		return y, 0
	}
	expected := r.expect(s)
	low, high := r.limit(s)
	if y <= expected+high {
		r.outliers = 0
		return math.Max(y, expected-low), 0
	}
	if r.outliers += float64(s.steps); r.outliers > mostOutliers {
		return y, 0
	}
	return expected + r.scale, math.Exp(y) - math.Exp(expected)
}

// thin reports whether what is expected of a span is no more than a guess.
func (r *reference) thin(s *span) bool {
	return r.fresh < freshSteps || r.count[s.last] < thinHour
}

// learn takes over the log of the mean length of a span's steps.
func (r *reference) learn(y, clipped float64, s *span) {
	n := float64(s.steps)
	if s.newEntry {
		r.fresh, r.weight = 0, math.Min(r.weight, 2)
	}
	r.fresh += n
	if r.seen == 0 {
		r.level, r.seen, r.weight = y, n, n
		r.scale = 0.2
		return
	}
	e := clipped - r.expect(s)
	r.note(s, y-clipped+e, e)
	r.seen += n
	r.weight = math.Min(r.weight+n, 40)
	hourPart := 0.0
	for h, share := range s.share {
		if share > 0 {
			if r.count[h] == 0 {
				r.known++
			}
			r.count[h] += n * share
			gain := math.Min(n*share/(math.Min(r.count[h], 60)+1), 1)
			hourPart += share * gain * e
			r.hours[h] += gain * e
		}
	}
	r.level += (e - hourPart) * math.Min(n/r.weight, 1)
}

// note takes over a residual, e with outliers clipped.
func (r *reference) note(s *span, all, e float64) {
	n := float64(s.steps)
	gain := math.Max(1/(r.seen+1), 0.01)
	r.scale += gain * (math.Abs(e)*math.Sqrt(math.Min(n, 16)) - r.scale)
	if r.thin(s) {
		return
	}
	bin := int((all*math.Sqrt(math.Min(n, 16)) - residLow) / residStep)
	r.resids[min(max(bin, 0), resids-1)]++
}
