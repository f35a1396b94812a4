// Package eta forecasts when a run ends, from the wall times of its steps and the plan that
// remains.
//
// # What is assumed
//
// The log of a step's length is a sum: a level, the effect of the hour of the simulated day, the
// effect of the length of the step in ticks, a trend over the run, a wandering of the level, and
// noise. Logs, because what makes steps slow multiplies: a server at half its speed doubles the
// short steps of the night as well as the long ones of the day.
//
// How the level wanders is not known, so several explanations compete: it stays; it shifts with
// each entry of the workflow; the first steps are slow; it is a random walk, of one of four
// widths; it returns to its mean, fast or slowly; it has a slope that lasts for a while. Each of
// them goes with or without effects of the hours, which are smooth or of any shape, and with one of the
// trends or none. An explanation counts by how well it would have forecast each of the steps so
// far from those before it, which is its marginal likelihood; their forecasts are mixed by that
// (Bayesian model averaging: Hoeting and others, Statistical Science 14, 1999). So a run chooses
// its own model as it goes, and a range is wide while explanations disagree.
//
// # How it is computed
//
// Steps that follow each other in one hour are one observation, their mean: an edge of a night
// within an hour is then the same each day, and no wandering. An explanation is a Kalman filter of
// the level, run over the observations and, at the same time, over what they are made of; what it
// leaves of them is independent, so that its products add up to the normal equations of a Bayesian
// regression (the augmented filter of de Jong, Annals of Statistics 19, 1991; intercepts of new
// entries as in West and Harrison, Bayesian Forecasting and Dynamic Models, 1997). A run
// that nobody asks about keeps its observations only, some kilobytes. When a forecast is asked for,
// the filters take over what is new, and their equations are solved; what is to come is looked at by
// samples. Now and then all explanations are looked at from the first observation on, and until the
// next time only those are kept that are likely. Of a run with many observations the filters have
// to take over each, and only hopeless ones are forgotten.
//
// The variance of what remains is that of the noise, of the effects, of the wandering to come, and
// of the trend's going on as before; its quantiles are those of the mixture of log-normal
// distributions. The noise is measured between neighbours (von Neumann, Annals of Mathematical
// Statistics 12, 1941), less what the rounding of whole seconds adds, and a factor that each
// explanation estimates makes up for what it misses.
//
// # What is rare
//
// A step far above what was expected is kept out of the level and counted as a burst, with those
// that follow: what remains has as many of them as there were, compound Poisson, of a rate that is
// known from their number. One giant step that is above all other bursts together, such as an
// hour's pause, is an accident and not expected again. More than 30 such steps in a row are no
// burst but a new level. What entries without steps take, such as surveys, is the wall time
// between two segments of the plan beyond that of a step, by entry.
//
// # What it can't know
//
// Hours that were not seen, kinds of steps and surveys that were not: the forecast is rough, with
// a guess that night steps are rather shorter. So it is before 20 steps, and while the first entry
// with steps is under way and others follow: nothing tells how much entries differ. Surveys after
// the last step are no part of a plan; the forecast is of the end of its last step. A change that
// nothing announces, such as a context that is full and grows no more, is learnt after it came.
//
// Where a random walk takes the level nobody knows either: there the forecast is about as good as the
// mean of the last 64 steps, and only its range says more.
//
// `make calibration` prints how often the range held the truth for runs of ten laws.
package eta
