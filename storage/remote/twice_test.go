package remote

import (
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// TestAStatusThatIsEncodedTwice: AgentSociety's database has its JSON in a JSON string, and some
// versions of its API give that out. It is read as what it is.
func TestAStatusThatIsEncodedTwice(t *testing.T) {
	server := remotetest.New()
	e := storagetest.Experiments(2)[1]
	e.Tenant, e.Status = text.Clean("default"), model.Running
	e.Now = model.SimTime{Day: 0, T: 28800}
	server.Put(e)
	twice := text.ValueOf(`{"hunger": 0.5, "mood": "饿了"}`) // the server gives its values out as they are
	server.SetRunData(e.Key, storagetest.RunData{
		Profiles: []model.Profile{{ID: 1, Name: text.Clean("Ana"), Profile: twice}},
		Frames:   []model.Frame{{At: e.Now, Agents: []model.AgentStatus{{ID: 1, At: e.Now, Status: twice}}}},
	})
	at := remotetest.Listen(t, server)
	c, err := Open(at.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	frame, err := c.RunData(e.Key).Frame(t.Context(), e.Now)
	if err != nil || len(frame.Agents) != 1 {
		t.Fatalf("%+v, %v", frame, err)
	}
	profiles, err := c.RunData(e.Key).Profiles(t.Context())
	if err != nil || len(profiles) != 1 {
		t.Fatalf("%+v, %v", profiles, err)
	}
	for name, v := range map[string]text.Value{"status": frame.Agents[0].Status, "profile": profiles[0].Profile} {
		if mood, ok := v.Member("mood"); v.Kind() != text.ObjectValue || !ok || mood != "饿了" {
			t.Errorf("%s: %s", name, v.Raw())
		}
	}
}
