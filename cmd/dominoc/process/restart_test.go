package process

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/source"
)

// What the next program is handed is what it reads, once; anything else there is
// nothing.
func TestAProgramTakesUpWhatTheOneBeforeHasLeft(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	past := restart{Begun: now, Count: 2, Refused: []guard.Evaluation{{Name: "a.cue", Digest: source.Digest{1, 2}}}}
	text, err := json.Marshal(past)
	require.NoError(t, err)
	for given, want := range map[string]restart{
		string(text):                          past,
		"":                                    {Begun: now.Add(time.Second)},
		"{":                                   {Begun: now.Add(time.Second)},
		`{"refused": [{"digest": "abcdef"}]}`: {Begun: now.Add(time.Second)},
	} {
		t.Setenv(restartVariable, given)
		require.Equal(t, want, earlier(now.Add(time.Second)), given)
		require.Equal(t, restart{Begun: now}, earlier(now))
	}
}

func TestARunBeginsAgainForAWhile(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	require.False(t, restart{Begun: now, Count: 3}.spent(now.Add(time.Second)))
	require.True(t, restart{Begun: now, Count: mostRestarts}.spent(now))
	require.True(t, restart{Begun: now}.spent(now.Add(time.Minute)))
}
