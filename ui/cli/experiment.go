package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"societop/model"
)

// aboutEXP says what EXP stands for.
const aboutEXP = `EXP is the id or the name of an experiment, or the first characters of an id if they are unique. Where
SOURCE has several sources, it may be NAME:EXP with the name of one of them.`

// subject is the one experiment that a command is about, read whole.
type subject struct {
	model.Experiment
	src  model.Source
	all  reading
	only bool // nothing else was read, so the clock of the source is unknown
}

// society returns the data that the source has in addition to the summary.
func (s *subject) society() model.RunData { return s.src.RunData(s.Key) }

// missing returns err, but ErrNotImported for what nobody will record because the lab was imported.
func (s *subject) missing(err error) error {
	var e *model.Error
	if errors.Is(err, model.ErrNotRecorded) && errors.As(err, &e) && s.all.lab.Sources().Liveness(s.Source).Why.Raw() == model.Imported {
		return &model.Error{Op: e.Op, Address: e.Address, Err: model.ErrNotImported}
	}
	return err
}

// view is the experiment with all that is computed of it and of its history, by the source's clock.
func (s *subject) view(ctx context.Context) view {
	if prober, ok := model.Part(s.src, s.Source).(model.Prober); ok && s.only && s.Status == model.Running {
		if report, err := prober.Probe(ctx); err == nil {
			s.all.now = s.all.now.Add(report.Skew)
		}
	}
	if hasHistory(&s.Summary) {
		s.all.learn(ctx, s.src, []model.Summary{s.Summary})
	}
	return s.all.view(s.Summary)
}

// resolve reads the one experiment that exp means. If that is a whole id, it asks an endpoint for
// nothing else, because the list may have hundreds of megabytes.
func (e *Env) resolve(ctx context.Context, src model.Source, exp string) (subject, error) {
	src, exp = within(src, exp)
	id, whole := model.WholeID(exp)
	finder, ok := src.(model.Finder)
	if ok && whole && !src.Info().Local {
		x, err := finder.Find(ctx, id)
		only := newLab(e)
		c := model.Changes{First: true, Put: []model.Summary{x.Summary}, Total: 1}
		if lively, ok := src.(model.Lively); ok && err == nil {
			c.Liveness, err = lively.Liveness(ctx)
		}
		if errors.Is(err, model.ErrNoExperiment) {
			tellTenants(ctx, e, src)
		}
		only.Apply(c, e.Now())
		return subject{x, src, reading{lab: only, now: e.Now()}, true}, err
	}
	all, err := e.read(ctx, src, false)
	if err != nil {
		return subject{}, err
	}
	key, err := all.find(exp)
	if err != nil {
		return subject{}, all.unlessAbsent(err)
	}
	x, err := src.Experiment(ctx, key)
	return subject{x, src, all, false}, err
}

// within returns, for NAME:ID with a whole id, the one of several sources that is called so and the
// id, so that nothing of the others is read; else what it was given.
func within(src model.Source, exp string) (model.Source, string) {
	joined, ok := src.(model.Joined)
	at := strings.LastIndexByte(exp, ':')
	if _, whole := model.WholeID(exp[at+1:]); !ok || at < 0 || !whole {
		return src, exp
	}
	var found []model.Source
	for _, name := range joined.Names() {
		if name.Called(exp[:at]) {
			found = append(found, joined.Only(name))
		}
	}
	if len(found) != 1 {
		return src, exp
	}
	return found[0], exp[at+1:]
}

// maxCandidates is how many candidates an error names.
const maxCandidates = 5

// find is the key of the one experiment that exp means.
func (r reading) find(exp string) (model.Key, error) {
	keys := r.lab.Find(exp)
	if len(keys) == 1 {
		return keys[0], nil
	}
	fail := &model.Error{Op: "find", Address: exp, Err: model.ErrNoExperiment}
	if len(keys) > 1 {
		fail.Err, fail.Detail = model.ErrAmbiguous, r.candidates(keys)
	} else if near := r.lab.Near(exp, maxCandidates); len(near) > 0 {
		fail.Detail = "near it: " + r.candidates(near)
	}
	return model.Key{}, fail
}

// candidates names experiments for people to choose from.
func (r reading) candidates(keys []model.Key) string {
	var names []string
	for _, k := range keys[:min(len(keys), maxCandidates)] {
		s, _ := r.lab.Get(k)
		name := fmt.Sprintf("%s %s", k.ID, s.Name)
		if slices.ContainsFunc(keys, func(o model.Key) bool { return o.ID == k.ID && o.Tenant != k.Tenant }) {
			name += " of tenant " + strconv.Quote(k.Tenant.String())
		}
		if !k.Source.Empty() {
			name += " in " + k.Source.String()
		}
		names = append(names, name)
	}
	if more := len(keys) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
