package workspace

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARemotesCredentialsAreNoPartOfItsName(t *testing.T) {
	for remote, want := range map[string]string{
		"https://me:secret@example.com/domino/fleet": "https://example.com/domino/fleet",
		"https://token@example.com/domino/fleet":     "https://example.com/domino/fleet",
		"https://example.com/domino/fleet":           "https://example.com/domino/fleet",
		"git@example.com:domino/fleet.git":           "git@example.com:domino/fleet.git",
		"":                                           "",
	} {
		require.Equal(t, want, withoutUser(remote))
	}
}
