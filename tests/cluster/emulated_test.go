package cluster

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/aws"
	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// emulated is the world of floor two: provider-aws itself, against an emulator of
// AWS, which is asked through the SDK. The stand-in plays only the providers of
// what lives inside a cluster that is none.
type emulated struct {
	emulator *harness.Emulator
	release  harness.Release         // of provider-aws
	accounts map[string]*aws.Account // by environment

	suite    *suite
	inside   *standin.Provider
	observer *observer
}

// emulate starts AWS, with accounts for the environments that the install page's
// demands are written down for.
func emulate(t *testing.T, delay time.Duration) *emulated {
	t.Helper()
	emulator, err := harness.StartEmulator(harness.Settings{Delay: delay, Existing: existing(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, emulator.Stop()) })
	w := &emulated{emulator: emulator, accounts: map[string]*aws.Account{}}
	for name, e := range installed() {
		w.accounts[name], err = aws.Open(context.Background(), emulator.URL, e.Account, e.Region)
		require.NoError(t, err)
	}
	return w
}

func (w *emulated) begin(t *testing.T, s *suite) {
	t.Helper()
	w.suite = s
	var inside []unstructured.Unstructured
	for _, crd := range s.crds(t) {
		if !strings.HasSuffix(crd.GetName(), harness.AWSGroup) {
			inside = append(inside, crd)
		}
	}
	var err error
	w.inside, err = standin.Start(s.Client.Dynamic, inside, standin.NewLedger(), atOnce)
	require.NoError(t, err)
	w.observer = observe(t, s.Client.Dynamic, s.crds(t))
	s.whole.Cleanup(w.end)
	require.NoError(t, s.DefineProvider(context.Background()))
	require.NoError(t, s.StartProvider(w.emulator, w.release))
}

// end leaves the provider to the cluster, whose program it is.
func (w *emulated) end() {
	w.inside.Stop()
	w.observer.stop()
}

// referenceResolver is the manager of the fields that references fill.
const referenceResolver = "managed.crossplane.io/api-simple-reference-resolver"

// managers: the provider writes references by a name of its own, and what AWS
// filled in by that of its program.
func (w *emulated) managers() []string {
	return []string{standin.Manager, referenceResolver, w.suite.ProviderManager()}
}

func (w *emulated) patience() time.Duration  { return 30 * time.Minute }
func (w *emulated) history() []standin.Event { return w.observer.seen() }

// moves leaves out what the provider writes into a status at every poll.
func (w *emulated) moves(before, after sight) []string { return before.difference(after).all() }

func (w *emulated) holds(t *testing.T, environment string) []string {
	t.Helper()
	held, err := w.accounts[environment].Holdings(context.Background(), environment)
	require.NoError(t, err)
	return held
}

// refuse gives a node group other instance types behind the provider's back: it
// can put that right only by replacing the group, and refuses.
func (w *emulated) refuse(t *testing.T, service, namespace, name string) func() {
	t.Helper()
	require.Equal(t, "eks/NodeGroup", service)
	ctx := context.Background()
	o, err := w.suite.Client.Read(ctx, nodeGroupKind, namespace, name)
	require.NoError(t, err)
	e := installed()[strings.TrimPrefix(namespace, "domino-")]
	types, _, _ := unstructured.NestedStringSlice(o.Object, "spec", "forProvider", "instanceTypes")
	group := o.GetAnnotations()["crossplane.io/external-name"]
	require.NoError(t, w.emulator.SetNodeGroup(e.Account, e.Region, e.Name, group, harness.Object{"instance_types": []string{"m5.large"}}))
	return func() {
		require.NoError(t, w.emulator.SetNodeGroup(e.Account, e.Region, e.Name, group, harness.Object{"instance_types": types}))
	}
}

func (w *emulated) unguard(t *testing.T, cluster *unstructured.Unstructured) {
	t.Helper()
	name := cluster.GetAnnotations()["crossplane.io/external-name"]
	off := &eks.UpdateClusterConfigInput{Name: &name, DeletionProtection: new(bool)}
	_, err := w.accounts[strings.TrimPrefix(cluster.GetNamespace(), "domino-")].EKS.UpdateClusterConfig(context.Background(), off)
	require.NoError(t, err)
}

var nodeGroupKind = schema.GroupVersionKind{Group: "eks.aws.m.upbound.io", Version: "v1beta1", Kind: "NodeGroup"}
