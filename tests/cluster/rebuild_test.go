package cluster

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// rebuilt loses the management cluster with all that it knew and builds it again
// from Git, where the ids of what AWS made are committed. Everything is taken up:
// AWS holds what it held, nothing twice, and nobody is content without knowing by
// what name AWS has it.
func (s *suite) rebuilt(t *testing.T) {
	s.commitIDs(t)
	held := s.held(t)
	require.Zero(t, s.tokens.Opens(), "Crossplane's circuit breaker opened")
	s.world.end()
	s.down(t)

	s.fleet = compile(t, s.sources.root)
	s.up(t)
	s.arise(t)
	then(t, "EveryResourceIsSynced", s.everythingSynced)
	then(t, "ResourcesAreWhatRenderSays", s.rendered)
	then(t, "EverythingIsHeldOnce", s.everythingOnce)
	require.NoError(t, s.stands(context.Background(), 4*time.Second))
	require.Equal(t, held, s.held(t))
}

// commitIDs writes the ids of all environments beside their files.
func (s *suite) commitIDs(t *testing.T) {
	t.Helper()
	_, said, code := s.asked(t, "ids", "-C", s.sources.root)
	require.Equal(t, 0, code, said)
	files, err := filepath.Glob(filepath.Join(s.sources.root, "environments", "*", "ids.cue"))
	require.NoError(t, err)
	require.Len(t, files, len(s.fleet.names()), said)
}
