package kit

import "societop/model"

// TimeSteps are the possible distances of labels on the time axis, in simulated seconds.
var TimeSteps = func() (steps []float64) {
	const minute, hour, day = 60, 3600, model.SecondsPerDay
	steps = []float64{minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour}
	for n := 1.0; n < 1e9; n *= 10 {
		steps = append(steps, n*day, 2*n*day, 5*n*day)
	}
	return steps
}()
