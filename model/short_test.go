package model

import (
	"testing"

	"github.com/google/uuid"

	"societop/model/text"
)

func TestShortIDs(t *testing.T) {
	l := named("51b2d179", "a", "51b2d1791", "b", "51b2d179aaaa", "c", "51b2d179aaab", "d", "90e59e99", "e")
	short := l.ShortIDs()
	for id, want := range map[string]string{
		"51b2d179-0000-0000-0000-000000000000": "51b2d179-0",
		"51b2d179-1000-0000-0000-000000000000": "51b2d179-1",
		"51b2d179-aaaa-0000-0000-000000000000": "51b2d179-aaaa",
		"51b2d179-aaab-0000-0000-000000000000": "51b2d179-aaab",
		"90e59e99-0000-0000-0000-000000000000": "90e59e99",
	} {
		key := l.Find(id)
		if got := short(uuid.MustParse(id)); got != want {
			t.Errorf("%s is shortened to %s, want %s", id, got, want)
		} else if found := l.Find(got); len(found) != 1 || found[0] != key[0] {
			t.Errorf("%s finds %v", got, found)
		}
	}
	alone := named("51b2d179", "a")
	twin, _ := alone.Get(alone.Find("51b2")[0])
	twin.Tenant = text.Clean("other")
	alone.Apply(Changes{Put: []Summary{twin}}, noon)
	if got := alone.ShortIDs()(twin.ID); got != "51b2d179" {
		t.Errorf("the id of two tenants is shortened to %s", got)
	}
}
