package load

import (
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
)

// TestWhyANeedCantBeRead: a source that knows why says so, in one sentence without a command's advice.
func TestWhyANeedCantBeRead(t *testing.T) {
	endpoint := model.Info{Kind: "endpoint"}
	fails := func(kind error, detail string) error {
		return &model.Error{Op: "read", Address: "http://lab-7:8080", Err: kind, Detail: detail}
	}
	for _, tc := range []struct {
		need pane.Need
		err  error
		want string
	}{
		{pane.NeedMetrics, fails(model.ErrNoData, `the experiment is of tenant ""`), `The metrics can't be read: the experiment is of tenant "".`},
		{pane.NeedMetrics, fails(model.ErrNoData, ""), "This experiment has no metrics here: they were not kept, or are gone."},
		{pane.NeedLog, fails(model.ErrAnswer, "it is cut"), "The log can't be read: the server's answer can't be used, it is cut."},
		{pane.NeedLog, fails(model.ErrUnreachable, "the proxy http://p:3128 answered 502 Bad Gateway"), "The log can't be read: the proxy http://p:3128 answered 502 Bad Gateway."},
		{pane.NeedTalk, fails(model.ErrUnauthorized, "401 Unauthorized"), "The talk of the agent can't be read: the server wants a valid token."},
	} {
		if got := needs[tc.need].complaint(endpoint, model.Liveness{}, tc.err).String(); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
}

// TestWhatWasNotRecorded: a lab that nobody records into promises nothing.
func TestWhatWasNotRecorded(t *testing.T) {
	for why, want := range map[string][2]string{
		"":                    {"The log is not recorded yet.", "The metrics are not recorded yet."},
		"recorder: refused":   {"The log is not recorded yet.", "The metrics are not recorded yet."},
		"source: no recorder": {"The log is not recorded yet.", "The metrics are not recorded yet."},
		model.NoRecorder:      {"The log was not recorded.", "The metrics were not recorded."},
		model.Imported:        {"The log was not recorded.", "The metrics were not recorded."},
	} {
		for i, need := range []pane.Need{pane.NeedLog, pane.NeedMetrics} {
			if got := needs[need].complaint(model.Info{Local: true}, model.Liveness{Why: text.Clean(why)}, model.ErrNotRecorded).String(); got != want[i] {
				t.Errorf("%q: %q, want %q", why, got, want[i])
			}
		}
	}
}
