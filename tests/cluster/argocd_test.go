package cluster

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

var argoCD = syncTool{
	name:      "argocd",
	kind:      schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"},
	namespace: harness.ArgoCDNamespace,
	brought: func(a *unstructured.Unstructured, commit string) error {
		if now := stateOf(a); now != (state{"Synced", "Healthy", commit}) {
			conditions, _, _ := unstructured.NestedSlice(a.Object, "status", "conditions")
			return fmt.Errorf("%s: %s %v", now, statusOf(a, "operationState", "message"), conditions)
		}
		// A sync that is tried again goes on though nothing differs any more, and Argo
		// CD deletes no Application meanwhile.
		if phase := statusOf(a, "operationState", "phase"); phase == "Running" {
			return fmt.Errorf("its sync is tried again: %s", statusOf(a, "operationState", "message"))
		}
		return nil
	},
	refusal: func(a *unstructured.Unstructured) string {
		conditions, _, _ := unstructured.NestedSlice(a.Object, "status", "conditions")
		results, _, _ := unstructured.NestedSlice(a.Object, "status", "operationState", "syncResult", "resources")
		return fmt.Sprint(statusOf(a, "operationState", "message"), conditions, results)
	},
	refused: "is not permitted in project domino-dev",
}

// state is what Argo CD says of an Application.
type state struct{ sync, health, revision string }

func (s state) String() string { return fmt.Sprintf("%s and %s at %q", s.sync, s.health, s.revision) }

func stateOf(application *unstructured.Unstructured) state {
	return state{
		statusOf(application, "sync", "status"), statusOf(application, "health", "status"), statusOf(application, "sync", "revision"),
	}
}

func statusOf(application *unstructured.Unstructured, path ...string) string {
	text, _, _ := unstructured.NestedString(application.Object, append([]string{"status"}, path...)...)
	return text
}

// The way from a push to a reconciled environment, and its end, as TestFlux goes it.
func TestArgoCD(t *testing.T) {
	d := deliver(t, argoCD)
	step(t, "PackagesAreInstalled", d.installed)
	step(t, "SyncIsAppliedOnce", d.bootstrapArgoCD)
	step(t, "AnApplicationIsAsWellAsItsEnvironment", d.progressing)
	d.lives(t)
	step(t, "ItsNamespaceIsGone", d.namespaceless)
}

// bootstrapArgoCD is what a person does: push, and apply all of sync/. So the
// environments' Applications are there before the platform, and try until it is.
func (d *delivery) bootstrapArgoCD(t *testing.T) {
	require.NoError(t, d.StartArgoCD())
	d.publish(t)
	d.applySync(t, ".")
}

// progressing holds that an environment without a provider is not taken for well,
// though all that Git has of it is applied: Argo CD knows nothing of the kind but what
// dominoc tells it.
func (d *delivery) progressing(t *testing.T) {
	d.activation(t)
	want := state{"Synced", "Progressing", d.commit(t)}
	for _, name := range []string{"dev", "kept"} {
		d.eventually(t, func(ctx context.Context) error {
			a, err := d.Client.Read(ctx, d.tool.kind, d.tool.namespace, "domino-"+name)
			if err != nil {
				return err
			}
			if now := stateOf(a); now != want {
				return fmt.Errorf("%s is %s", a.GetName(), now)
			}
			return nil
		})
	}
}

// namespaceless holds that Argo CD deleted the namespace too: it goes in the order of
// the waves, where Flux leaves it.
func (d *delivery) namespaceless(t *testing.T) {
	_, err := d.Client.Read(context.Background(), namespaceKind, "", "domino-dev")
	require.NoError(t, gone(err, "the namespace of dev"))
}
