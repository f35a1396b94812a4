package alert

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

func none(string) string { return "" }

func TestAddressesOfWebhooks(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/secret": "", "http://localhost:8080/secret": "", "http://127.0.0.1/secret": "", "http://[::1]:1/secret": "",
		"http://example.org/secret": "only on this machine", "http://localhost.example.org/secret": "only on this machine", "http://0.0.0.0/secret": "only on this machine",
		"ftp://example.org/secret": "has to begin with https://", "example.org/secret": "is not a URL", "": "is not a URL", "https:///secret": "is not a URL",
		"https:secret": "is not a URL", "http://a b/secret": "is not a URL", "\x1b]0;secret": "is not a URL", "file:///secret": "is not a URL",
	} {
		_, err := NewWebhook(address, none)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestAnswersToAWebhook: which are worth another try, and what is said of them.
func TestAnswersToAWebhook(t *testing.T) {
	var status int
	var other atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { other.Add(1) }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") != "0123" {
			t.Errorf("%v", r.Header)
		}
		out.Header().Set("Location", elsewhere.URL)
		out.Header().Set("Retry-After", "7")
		out.WriteHeader(status)
		_, _ = out.Write([]byte("\x1b]0;pwned\x07"))
	}))
	hook, err := NewWebhook(server.URL+"/secret?token=secret", none)
	if err != nil {
		t.Fatal(err)
	}
	a := Alert{ID: "0123", JSON: []byte("{}")}
	for _, tc := range []struct {
		status int
		again  bool
		want   string
	}{
		{200, false, ""},
		{204, false, ""},
		{302, false, "302, a redirect"},
		{307, false, "a redirect"},
		{308, false, "a redirect"},
		{400, false, "400 Bad Request; the event is given up"},
		{401, false, "given up"},
		{404, false, "given up"},
		{410, false, "given up"},
		{408, true, "408"},
		{429, true, "429 Too Many"},
		{500, true, "500"},
		{503, true, "503"},
	} {
		status = tc.status
		again, err := hook.Send(t.Context(), &a, nil)
		if again != tc.again || (err == nil) != (tc.want == "") || err != nil && (!strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "127.0.0.1:")) {
			t.Errorf("%d: again %v, %v", tc.status, again, err)
		}
		if tc.again && model.RetryAfter(err) != 7*time.Second {
			t.Errorf("%d: it is tried again after %v", tc.status, model.RetryAfter(err))
		}
	}
	server.Close()
	if again, err := hook.Send(t.Context(), &a, nil); !again || err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("away: again %v, %v", again, err)
	}
	if other.Load() > 0 {
		t.Error("a redirect was followed")
	}
}

// away is a channel that fails until a time.
type away struct {
	until time.Time
	told  []string
	tries int
}

func (*away) Name() string { return "away" }
func (*away) AtOnce() int  { return 1 }
func (c *away) Send(_ context.Context, a *Alert, _ func()) (bool, error) {
	if c.tries++; time.Now().Before(c.until) {
		return true, errors.New("it is away")
	}
	c.told = append(c.told, a.ID)
	return false, nil
}

// TestAnHourWithoutAChannel: nothing is lost, the order is kept, it is said once, and the channel
// is spared. After more than a day, what is too old is given up.
func TestAnHourWithoutAChannel(t *testing.T) {
	for hours, want := range map[time.Duration]string{1: "a b c", 30: "c"} {
		synctest.Test(t, func(t *testing.T) {
			c := &away{until: time.Now().Add(hours * time.Hour)}
			var said []string
			d := Open(NoState(), []Channel{c}, time.Now, func(s string) { said = append(said, s) })
			for i, id := range []string{"a", "b", "c"} {
				if i == 2 {
					time.Sleep((hours - 1) * time.Hour)
				}
				d.Put(Alert{ID: id, At: time.Now(), Event: "failed", Source: "x"})
			}
			time.Sleep(2 * time.Hour)
			d.Close()
			if got := strings.Join(c.told, " "); got != want || c.tries > 62*int(hours)+90*int(hours) {
				t.Errorf("%d hours: %q, %d tries", hours, got, c.tries)
			}
			if len(said) > 3 || len(said) == 0 || said[0] != "it is away; retrying" {
				t.Errorf("%d hours: it says %q", hours, said)
			}
		})
	}
}
