package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"

	"github.com/spf13/cobra"
)

// controller is a command that changes experiments.
type controller struct {
	env     *Env
	out     *bufio.Writer
	control model.Control
	access  accessFlags
	json    bool
	yes     bool

	// order makes the order for the experiments, of which there is at least one. nil: the control
	// needs nothing else.
	order func(ctx context.Context, runs []subject) (model.Order, error)
	// check looks at the arguments before anything is read; nil: there is nothing to look at.
	check func(args []string) error
	// exps is those of the arguments after SOURCE that name experiments.
	exps func(args []string) []string
}

// aboutControls says what holds for every command that changes something.
const aboutControls = `Nothing is sent without --write. societop asks before it does anything; --yes answers for scripts,
and is needed where there is no terminal. It sends each order once, never again by itself, and
then reads back what became of it. The exit code is 0 if it was done, and 1 if it was refused, or
may have been done, or if any of several failed; 3 if the server could not be reached before
anything was sent; 5 if the lab file has a recorder at work.

With --json it prints an object a line for each experiment: id, tenant_id, name, control, outcome
(done, refused, unknown or not_reached), text, agents (those it has reached), status and
status_name (as they were read last; null if unknown or gone).`

// command adds the flags of all controls to cmd, and what it does.
func (c *controller) command(cmd *cobra.Command) *cobra.Command {
	cmd.Long += "\n\n" + aboutControls + "\n\n" + aboutSOURCE + "\n" + aboutEXP
	c.access.add(cmd.Flags())
	cmd.Flags().BoolVar(&c.access.write, "write", false, "allow "+cmd.Name()+" to change something")
	cmd.Flags().BoolVar(&c.yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object per experiment")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if err := c.allowed(cmd.Name(), args[1:]); err != nil {
			return err
		}
		specs, err := c.env.specs(args[:1], c.access)
		if err != nil {
			return err
		}
		src, err := c.env.open(cmd.Context(), specs, c.access.tenants)
		if err != nil {
			return err
		}
		defer closing(src, &err)
		return refusal(c.run(cmd.Context(), src, args[1:]))
	}
	return cmd
}

// refusal makes of an error that says that the server refuses, also to be read, one with the exit code
// of what was refused; and of one that says that a recorder is at work what that means for a delete.
func refusal(err error) error {
	if e := (*model.Error)(nil); errors.Is(err, model.ErrRecorder) && errors.As(err, &e) {
		why := fmt.Sprintf("%s %s: %s", model.ControlDelete, e.Address, model.WhyNot(err))
		return outcome{exitCode(err), text.Clean(why).String()}
	}
	if errors.Is(err, model.ErrUnauthorized) || errors.Is(err, model.ErrForbidden) {
		return outcome{1, model.Explain(err).String()}
	}
	return err
}

// allowed refuses to begin without --write, and where nobody can be asked.
func (c *controller) allowed(name string, args []string) error {
	switch {
	case !c.access.write:
		return usagef("%s needs --write, without which nothing is ever sent", name)
	case !c.yes && !canAsk(c.env):
		return usagef("%s asks before it does anything, and there is no terminal to ask on; add --yes", name)
	case c.check != nil:
		return c.check(args)
	}
	return nil
}

// canAsk reports whether somebody reads the messages and can answer.
func canAsk(e *Env) bool { return e.IsTerminal(e.In) && e.IsTerminal(e.Err) }

// run does what was ordered to the experiments that args name, unless one of them is unknown.
func (c *controller) run(ctx context.Context, src model.Source, args []string) error {
	runs, err := subjects(ctx, c.env, src, c.exps(args))
	if err != nil {
		return err
	}
	defer func() { _ = c.out.Flush() }() // Main reports what fails
	able, done, err := c.permitted(src, runs)
	if err != nil || len(able) == 0 {
		return errors.Join(err, c.outcome(done))
	}
	order := model.Order{Control: c.control}
	if c.order != nil {
		if order, err = c.order(ctx, able); err != nil {
			return err
		}
	}
	if err := c.ask(ctx, src, order, able); err != nil {
		return err
	}
	carried, err := c.carry(ctx, src, order, able, len(runs) > 1)
	if err != nil {
		return err
	}
	return c.outcome(append(done, carried...))
}

// result is what became of an order on one experiment.
type result struct {
	one subject
	model.ControlResult
}

// permitted is the experiments whose state allows the control, and the results of the others, which
// it tells. It fails with what forbids the control whatever the state.
func (c *controller) permitted(src model.Source, runs []subject) (able []subject, refused []result, err error) {
	for _, one := range runs {
		err := model.Permits(src, one.all.lab.Sources().Liveness(one.Source), c.control, &one.Summary)
		switch {
		case errors.Is(err, model.ErrRefused):
			r := result{one, model.NewResult(one.Key, c.control, "", err)}
			r.State = &one.Summary
			refused = append(refused, r)
		case err != nil:
			return nil, nil, err
		default:
			able = append(able, one)
		}
	}
	for _, r := range refused {
		if err := c.tell(r, len(runs) > 1); err != nil {
			return nil, nil, err
		}
	}
	return able, refused, nil
}

// subjects reads the experiments that the arguments name, each once. It reads the list once at most,
// and of an endpoint not at all where all of them are whole ids.
func subjects(ctx context.Context, e *Env, src model.Source, exps []string) (runs []subject, err error) {
	var all *reading
	for _, exp := range exps {
		var one subject
		if _, whole := model.WholeID(exp); all == nil && whole && !src.Info().Local {
			one, err = e.resolve(ctx, src, exp)
		} else {
			if all == nil {
				read, err := e.read(ctx, src, false)
				if err != nil {
					return nil, err
				}
				all = &read
			}
			var key model.Key
			if key, err = all.find(exp); err != nil {
				err = all.unlessAbsent(err)
			} else {
				one = subject{src: src, all: *all}
				one.Experiment, err = src.Experiment(ctx, key)
			}
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(runs, func(o subject) bool { return o.Key == one.Key }) {
			runs = append(runs, one)
		}
	}
	return runs, nil
}

// carry does what was ordered to each experiment, one after the other, and tells what became of it.
func (c *controller) carry(ctx context.Context, src model.Source, order model.Order, able []subject, several bool) (done []result, err error) {
	to, ok := src.(model.Controller)
	if !ok {
		return nil, model.ErrNotOffered // Permits has said so before
	}
	bar := c.env.bar(c.control.String())
	defer bar.clear()
	for i, one := range able {
		if ctx.Err() != nil {
			return done, context.Cause(ctx)
		}
		bar.write(func() string { return c.progress(one, i, len(able)) })
		r := result{one, to.Carry(ctx, one.Key, order, func(n, total int64) {
			if len(able) == 1 {
				bar.draw(n, total)
			}
		})}
		bar.clear()
		done = append(done, r)
		if err := c.tell(r, several || ctx.Err() != nil); err != nil { // of what was interrupted the command says no more
			return done, err
		}
		if errors.Is(r.Err, model.ErrRecorder) { // the others would fare no better
			return done, r.Err
		}
	}
	return done, nil
}

// progress is the line that is shown while an order is carried out, which may take a while.
func (c *controller) progress(one subject, i, of int) string {
	line := fmt.Sprintf("%s %s", c.control, nameOf(one))
	if of > 1 {
		line = fmt.Sprintf("%s (%d of %d)", line, i+1, of)
	}
	if width := columnsOf(c.env, c.env.Err); width > 0 {
		line = cell.Cut(line, width-1)
	}
	return line
}

// tell prints a result. What failed, of only one, the error of the command says.
func (c *controller) tell(r result, several bool) error {
	switch {
	case c.json:
		if err := printObject(c.out, r.fields()); err != nil {
			return err
		}
	case r.Outcome == model.OutcomeDone:
		if _, err := fmt.Fprintf(c.out, "%s: %s\n", nameOf(r.one), r.Said); err != nil {
			return err
		}
	case several:
		c.env.tell(nameOf(r.one) + ": " + r.Said.String())
	}
	return c.out.Flush()
}

// nameOf is what people know an experiment by.
func nameOf(one subject) string {
	if name := strings.TrimSpace(one.Name.String()); name != "" {
		return name
	}
	return one.ID.String()
}

// fields is a result in JSON.
func (r result) fields() []field {
	fields := []field{
		{"id", r.one.ID.String()},
		{"tenant_id", r.one.Tenant},
		{"name", r.one.Name},
		{"control", r.Control.String()},
		{"outcome", r.Outcome.String()},
		{"text", r.Said},
		{"agents", nil},
		{"status", nil},
		{"status_name", nil},
	}
	if r.Control.ToAgents() {
		fields[6].value = r.Reached
	}
	if r.State != nil {
		fields[7].value, fields[8].value = r.State.Status.Number(), r.State.Status.String()
	}
	if source := r.one.Source; !source.Empty() {
		fields = append(fields, field{"source", source.Text()})
	}
	return fields
}

// outcome is the error of a command with these results; nil where all was done.
func (c *controller) outcome(all []result) error {
	failed := slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.Outcome == model.OutcomeDone })
	switch {
	case len(failed) == 0:
		return nil
	case len(all) > 1:
		return outcome{1, fmt.Sprintf("%s: %d of %d experiments failed", c.control, len(failed), len(all))}
	}
	r := failed[0]
	code := exitCode(refusal(r.Err))
	if r.Outcome == model.OutcomeNotReached && code == 1 {
		code = exitAway
	}
	return outcome{code, fmt.Sprintf("%s %s: %s", c.control, nameOf(r.one), r.Said)}
}

// errNotConfirmed ends a command that the user does not want after all.
var errNotConfirmed = errors.New("nothing was sent: it was not confirmed")

// ask asks whether the order shall be carried out. It fails with errNotConfirmed if not.
func (c *controller) ask(ctx context.Context, src model.Source, o model.Order, runs []subject) error {
	if c.yes {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s:\n", question(o, len(runs)), src.Info().Address)
	for _, one := range runs {
		fmt.Fprintf(&b, "  %s  %s  %s\n", one.ID, one.Status, nameOf(one))
	}
	in := bufio.NewReader(c.env.In)
	if c.control != model.ControlDelete {
		return c.confirm(ctx, in, b.String()+"Type yes to go on: ", func(answer string) bool {
			return strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y")
		})
	}
	for _, one := range runs {
		fmt.Fprintf(&b, "Type %q or its id to delete it: ", nameOf(one))
		err := c.confirm(ctx, in, b.String(), func(answer string) bool {
			return text.Clean(answer).String() == nameOf(one) || answer == one.ID.String()
		})
		if err != nil {
			return err
		}
		b.Reset()
	}
	return nil
}

// question says what will be done.
func question(o model.Order, runs int) string {
	switch o.Control {
	case model.ControlMessage:
		return fmt.Sprintf("Send %q to %s", text.Clean(o.Words), theAgents(o.Agents))
	case model.ControlSurvey:
		return fmt.Sprintf("Send the survey %q to %s", o.Survey.Name, theAgents(o.Agents))
	case model.ControlStop:
		return fmt.Sprintf("Stop %s", countOf(runs))
	case model.ControlDelete:
		return fmt.Sprintf("Delete %s with all data, which can't be undone,", countOf(runs))
	}
	return o.Control.String()
}

// countOf is a number of experiments.
func countOf(runs int) string {
	if runs == 1 {
		return "this experiment"
	}
	return fmt.Sprintf("these %d experiments", runs)
}

// theAgents names agents.
func theAgents(ids []int64) string {
	if len(ids) == 1 {
		return fmt.Sprintf("agent %d", ids[0])
	}
	return fmt.Sprintf("%d agents", len(ids))
}

// maxAnswer is the most bytes of an answer that are kept.
const maxAnswer = 4096

// confirm asks one question, and waits for a line or the end of ctx.
func (c *controller) confirm(ctx context.Context, in *bufio.Reader, question string, yes func(answer string) bool) error {
	if _, err := fmt.Fprint(c.env.Err, question); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	answers := make(chan string, 1)
	go func() {
		line, err := in.ReadString('\n')
		if err != nil {
			line = "" // what has no end was not confirmed
		}
		answers <- line[:min(len(line), maxAnswer)]
	}()
	select {
	case <-ctx.Done():
		_, _ = fmt.Fprintln(c.env.Err)
		return context.Cause(ctx)
	case answer := <-answers:
		if !yes(strings.TrimSpace(answer)) {
			return errNotConfirmed
		}
	}
	return nil
}
