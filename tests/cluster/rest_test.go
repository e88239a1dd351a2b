package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// sight is the metadata of all that Crossplane composed, and of the environments
// themselves, by kind, namespace and name.
type sight map[string]metav1.PartialObjectMetadata

// look is what there is now.
func (s *suite) look(ctx context.Context) (sight, error) {
	kinds, err := s.kinds(ctx)
	if err != nil {
		return nil, err
	}
	seen := sight{}
	for _, kind := range kinds {
		found, err := s.Client.Describe(ctx, kind)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			composed := o.Annotations["crossplane.io/composition-resource-name"] != ""
			if composed || kind == environmentKind {
				o.ManagedFields = nil
				o.SetGroupVersionKind(kind)
				seen[kind.GroupKind().String()+" "+o.Namespace+"/"+o.Name] = o
			}
		}
	}
	return seen, nil
}

// moved are the objects of which one sight differs from another, with how.
func (s sight) moved(later sight) []string {
	var moved []string
	for id, o := range s {
		now, there := later[id]
		switch {
		case !there:
			moved = append(moved, id+" is gone")
		case now.UID != o.UID:
			moved = append(moved, id+" was deleted and made again")
		case now.ResourceVersion != o.ResourceVersion:
			moved = append(moved, fmt.Sprintf("%s was written (generation %d, was %d)", id, now.Generation, o.Generation))
		}
	}
	for id := range later {
		if _, before := s[id]; !before {
			moved = append(moved, id+" is new")
		}
	}
	slices.Sort(moved)
	return moved
}

// of is the part of a sight that is in an environment's namespace, or with
// others, the part that is not.
func (s sight) of(environment string, others bool) sight {
	part := maps.Clone(s)
	maps.DeleteFunc(part, func(_ string, o metav1.PartialObjectMetadata) bool {
		return (o.Namespace == "domino-"+environment) == others
	})
	return part
}

// stands waits until nothing is written for a while.
func (s *suite) stands(ctx context.Context, while time.Duration) error {
	last, err := s.look(ctx)
	if err != nil {
		return err
	}
	since := time.Now()
	return harness.Eventually(ctx, s.world.patience(), func() error {
		if time.Since(since) >= while {
			return nil
		}
		now, err := s.look(ctx)
		if err != nil {
			return err
		}
		moved := s.world.moves(last, now)
		if len(moved) > 0 {
			last, since = now, time.Now()
		}
		time.Sleep(time.Second)
		return fmt.Errorf("not at rest: %s", strings.Join(moved, "\n"))
	})
}

// rests holds that a fleet that is ready comes to rest: Crossplane and the
// providers do not write against each other, and nothing is warned of any more.
// Events are written late, so that what was said before is let in first.
func (s *suite) rests(t *testing.T) {
	ctx := context.Background()
	require.NoError(t, s.stands(ctx, 20*time.Second))
	before := s.warnings(t)
	require.NoError(t, s.stands(ctx, 10*time.Second))
	require.Equal(t, before, s.warnings(t))
}
