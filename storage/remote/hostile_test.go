package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/remote/link"
	"societop/storage/remote/remotetest"
)

// hasty are limits under which the slowest foe is given up soon.
var hasty = link.Limits{
	Dial: 2 * time.Second, Head: 300 * time.Millisecond, Idle: 900 * time.Millisecond, Grace: 600 * time.Millisecond, MinRate: 4 << 10,
	ListHead: 300 * time.Millisecond, List: 64 << 20, Body: 4 << 20, Value: 1 << 20, Rows: 100_000, Message: 64 << 10,
}

const secret = "s3same-of-the-test"

// against is a Client of a foe.
func against(t *testing.T, foe remotetest.Foe) *Client {
	t.Helper()
	access := model.Access{Token: model.NewSecret(secret)}
	if foe.Name == "a redirect to http" { // the one whose certificate is to be trusted
		access.CAFile = remotetest.CAFile(t)
	}
	c, err := Open(foe.Start(t), access)
	if err != nil {
		t.Fatal(err)
	}
	c.link.Limits = hasty
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestEveryFoe reads every route of every foe: in bounded time and memory, with one clean
// sentence, and the token nowhere.
func TestEveryFoe(t *testing.T) {
	for _, foe := range remotetest.Hostile() {
		t.Run(foe.Name, func(t *testing.T) {
			t.Parallel()
			c := against(t, foe)
			err := list(c)
			switch {
			case foe.Err == nil:
			case err == nil:
				t.Errorf("the list is read; it should %s", foe.Want)
			case !errors.Is(foe.Err, remotetest.ErrAny) && !errors.Is(err, foe.Err):
				t.Errorf("%v; want %v: %s", err, foe.Err, foe.Want)
			}
			if got := model.RetryAfter(err); (got - foe.Retry).Abs() > 3*time.Second {
				t.Errorf("asked to wait %v, want %v", got, foe.Retry)
			}
			said(t, err)
			for _, err := range others(c) {
				said(t, err)
			}
		})
	}
}

// list reads all of a list.
func list(c *Client) error {
	for since := (model.Cursor{}); ; {
		ch, err := c.Changes(context.Background(), since, model.Budget{Rows: 1000})
		if err != nil || !ch.More {
			return err
		}
		since = ch.Next
	}
}

// others reads everything but the list.
func others(c *Client) (errs []error) {
	ctx, id := context.Background(), uuid.MustParse(finishedID)
	s := c.RunData(model.Key{ID: id})
	_, err := c.Find(ctx, id)
	errs = append(errs, err)
	_, err = s.Timeline(ctx)
	errs = append(errs, err)
	_, err = s.Steps(ctx)
	errs = append(errs, err)
	_, err = s.Metrics(ctx)
	errs = append(errs, err)
	_, err = s.Log(ctx, model.LogBudget{Lines: 10, Bytes: 1000})
	errs = append(errs, err)
	_, err = s.Agent(1).History(ctx)
	errs = append(errs, err)
	_, err = c.Probe(ctx)
	return append(errs, err)
}

// said fails t unless an error is one sentence of clean text that a person can read.
func said(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, text := range []string{model.Explain(err).String(), model.Reason(err).String()} {
		if strings.ContainsAny(text, "\x1b\x07\r\n\x00\u202e") || len(text) > 1000 || text == "" {
			t.Errorf("%q", text)
		}
	}
	if all := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(all, secret) {
		t.Errorf("the token is in %q", all)
	}
	var known *model.Error
	if !errors.As(err, &known) {
		t.Errorf("%v is no error of the model", err)
	}
}

// TestABombCostsNoMemory: whatever comes, little is held.
func TestABombCostsNoMemory(t *testing.T) {
	for _, foe := range remotetest.Hostile() {
		if !strings.Contains(foe.Name, "bomb") && !strings.Contains(foe.Name, "GB") && !strings.Contains(foe.Name, "million") {
			continue
		}
		t.Run(foe.Name, func(t *testing.T) {
			c := against(t, foe)
			before := heap()
			_ = list(c) // how it ends TestEveryFoe says
			if grown := int64(heap()) - int64(before); grown > 64<<20 {
				t.Errorf("%d MiB are held", grown>>20)
			}
			runtime.KeepAlive(c)
		})
	}
}
