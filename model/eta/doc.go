// Package eta forecasts when a run ends, from the wall times of its steps and the plan that
// remains.
package eta
