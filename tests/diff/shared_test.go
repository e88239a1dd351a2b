package diff

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// deliveries are ways to the management cluster, of which some take other values.
func deliveries() []v1alpha1.GitOps {
	whole := func(tool v1alpha1.GitOpsTool, namespace string) v1alpha1.GitOps {
		return v1alpha1.GitOps{
			Tool: tool, Repository: &v1alpha1.GitRepository{URL: "https://git.example.com/" + namespace, Branch: "main", Path: "rendered"},
			Flux: v1alpha1.Flux{Namespace: namespace}, ArgoCD: v1alpha1.ArgoCD{Namespace: namespace, Project: "dominoc"},
			Crossplane: v1alpha1.Crossplane{Install: true, Namespace: namespace, Chart: "https://charts.example.com"},
		}
	}
	return []v1alpha1.GitOps{{}, whole("flux", "one"), whole("flux", "two"), whole("argocd", "one"), whole("argocd", "two")}
}

// shared compiles a random fleet, and what its environments have in common.
func shared(t *testing.T, seed uint64, n int, delivery v1alpha1.GitOps) (*compositions.Fleet, diff.Shared) {
	t.Helper()
	var inputs []compositions.Input
	for i := range n {
		env := random.Environment(random.New(seed + uint64(i)))
		env.Name = fmt.Sprintf("env-%d", i)
		inputs = append(inputs, compositions.Input{Environment: env, At: func(diag.Path) diag.Pos { return diag.Pos{File: "x"} }})
	}
	fleet, _, err := compositions.CompileSound(inputs)
	require.NoError(t, err)
	objects, err := output.Of(fleet, delivery).Shared()
	require.NoError(t, err)
	return fleet, objects
}

// What a diff says of what environments have in common, applied to one fleet, gives
// that of the other: no object comes, goes or changes untold.
func TestApplyingADiffOfWhatIsSharedGivesTheOther(t *testing.T) {
	changed := 0
	for i, delivery := range deliveries() {
		for j, other := range deliveries() {
			seed := uint64(10*i + j)
			_, base := shared(t, seed, 1+i%3, delivery)
			fleet, head := shared(t, seed+100, 1+j%3, other)
			names := strings.Join(fleet.Names(), " ")
			report := diff.CompareShared(base, head, func(name string) bool { return strings.Contains(names, name) })
			changed += len(report.Changes)
			require.Equal(t, objectsOf(head), appliedTo(objectsOf(base), objectsOf(head), report), "%d to %d", i, j)
			again := diff.CompareShared(head, head, func(string) bool { return true })
			require.Empty(t, again.Changes)
			require.Empty(t, again.Dangers)
		}
	}
	require.Greater(t, changed, 100)
}

// objectsOf are the objects by kind and name.
func objectsOf(s diff.Shared) map[string]string {
	all := map[string]string{}
	for _, m := range s {
		metadata := m.Object["metadata"].(map[string]any)
		group, _, _ := strings.Cut(m.Object["apiVersion"].(string), "/")
		name, _ := metadata["name"].(string)
		if namespace, _ := metadata["namespace"].(string); namespace != "" {
			name = namespace + "/" + name
		}
		all[fmt.Sprintf("%s/%s %s", group, m.Object["kind"], name)] = canonical(normal(m.Object))
	}
	return all
}

// appliedTo takes what a report has no fields for, because it comes whole, from the
// other side; an object that the report does not name stays as it is.
func appliedTo(base, head map[string]string, report diff.SharedReport) map[string]string {
	for _, c := range report.Changes {
		id := c.Kind + " " + c.Key
		switch c.Action {
		case diff.Destroy, diff.Leave:
			delete(base, id)
		default:
			base[id] = head[id]
		}
	}
	return base
}
