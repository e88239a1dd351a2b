package cluster

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// A world plays the providers, and is asked afterwards what AWS holds. The steps
// of the story are written against it, so that each can be run with the stand-in
// and with the real provider.
type world interface {
	// begin starts to provide for all kinds that the fleet activates, in a world that
	// may have been begun before; end stops.
	begin(t *testing.T, s *suite)
	end()

	// managers are the field managers of the providers: what they fill in is told
	// from what Crossplane wrote by them.
	managers() []string

	// patience is how long a change of one environment may take.
	patience() time.Duration

	// history is what happened to managed resources so far, in order.
	history() []standin.Event

	// holds lists what AWS holds of an environment, each as service/Kind and the
	// name or id by which AWS knows it, sorted.
	holds(t *testing.T, environment string) []string

	// moves are what happened to objects between two sights, but what a provider
	// writes down of one that is at rest.
	moves(before, after sight) []string

	// refuse makes AWS refuse every change of an object, as it refuses what would
	// replace one, until accept is called.
	refuse(t *testing.T, service, namespace, name string) (accept func())

	// unguard takes AWS's own protection off a cluster that is being deleted: by
	// hand, as the provider changes nothing of what goes.
	unguard(t *testing.T, cluster *unstructured.Unstructured)
}

// standIn is the world of floor one: the stand-in plays all providers, and what
// it holds is AWS.
type standIn struct {
	takes    func(service string) time.Duration // how long AWS takes to make one
	tracks   bool                               // whether the providers keep ProviderConfigs
	ledger   *standin.Ledger
	provider *standin.Provider
	client   *harness.Client
}

func playAWS(takes func(service string) time.Duration) *standIn {
	return &standIn{takes: takes, ledger: standin.NewLedger()}
}

// tracking is the same with providers that keep the ProviderConfigs in use.
func (w *standIn) tracking() *standIn {
	w.tracks = true
	return w
}

func (w *standIn) begin(t *testing.T, s *suite) {
	t.Helper()
	begin := standin.Start
	if w.tracks {
		begin = standin.StartTracking
	}
	p, err := begin(s.Client.Dynamic, s.crds(t), w.ledger, w.takes)
	require.NoError(t, err)
	s.whole.Cleanup(p.Stop) // steps that follow need it
	w.provider, w.client = p, s.Client
}

func (w *standIn) end()                     { w.provider.Stop() }
func (w *standIn) managers() []string       { return []string{standin.Manager} }
func (w *standIn) patience() time.Duration  { return 15 * time.Minute }
func (w *standIn) history() []standin.Event { return w.provider.History() }

// moves are all writes: the stand-in makes none without a reason.
func (w *standIn) moves(before, after sight) []string { return before.moved(after) }

func (w *standIn) holds(_ *testing.T, environment string) []string {
	return w.ledger.Holds("domino-" + environment)
}

func (w *standIn) refuse(_ *testing.T, service, namespace, name string) func() {
	w.provider.Refuse(service, namespace, name, "refuse to update the external resource because the following update requires replacing it")
	return func() { w.provider.Refuse(service, namespace, name, "") }
}

// unguard changes the object, which is all that the stand-in looks at.
func (w *standIn) unguard(t *testing.T, cluster *unstructured.Unstructured) {
	t.Helper()
	off := harness.Object{"spec": harness.Object{"forProvider": harness.Object{"deletionProtection": false}}}
	require.NoError(t, w.client.Merge(context.Background(), cluster, off))
}

// takes is how long the stand-in makes AWS take: enough that what must wait is
// seen to wait.
func takes(service string) time.Duration {
	switch service {
	case "eks/Cluster":
		return 5 * time.Second
	case "eks/NodeGroup":
		return 3 * time.Second
	case "ec2/NATGateway":
		return 2 * time.Second
	}
	return 0
}

// atOnce is an AWS that takes no time.
func atOnce(string) time.Duration { return 0 }
