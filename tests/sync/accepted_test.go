package sync

import (
	"bytes"
	"maps"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/tests/crds"
)

// undefined is the one kind whose definition no module has; what it is given is
// held against Crossplane's chart.
const undefined = "HelmRelease"

func TestEveryManifestWouldBeAccepted(t *testing.T) {
	validator := crds.New()
	for name, options := range deliveries() {
		for path, object := range manifests(t, options) {
			if object["kind"] == undefined {
				continue
			}
			require.Empty(t, validator.Validate(object), "%s: %s", name, path)
		}
	}
}

// An ApplicationSet's template is text until the controller fills it in.
func TestTheApplicationsOfEnvironmentsWouldBeAccepted(t *testing.T) {
	validator := crds.New()
	for _, delivery := range []string{"argocd", "argocd with the plugin"} {
		for name, application := range applications(t, manifests(t, deliveries()[delivery])["sync/environments.yaml"]) {
			require.Empty(t, validator.Validate(application), "%s: %s", delivery, name)
		}
	}
}

// What an environment applied is deleted with its Application only where the
// environment says so.
func TestOnlyWhatMayBeDeletedIsPruned(t *testing.T) {
	all := applications(t, manifests(t, deliveries()["argocd"])["sync/environments.yaml"])
	require.Equal(t, false, at(all["domino-prod-us"], "spec.syncPolicy.automated.prune"))
	require.Nil(t, at(all["domino-prod-us"], "metadata.finalizers"))
	require.Equal(t, true, at(all["domino-dev"], "spec.syncPolicy.automated.prune"))
	require.Equal(t, []any{"resources-finalizer.argocd.argoproj.io"}, at(all["domino-dev"], "metadata.finalizers"))
	require.Equal(t, "rendered/environments/dev", at(all["domino-dev"], "spec.source.path"))

	flux := manifests(t, deliveries()["flux"])
	require.Equal(t, false, at(flux["sync/environments/prod-us.yaml"], "spec.prune"))
	require.Equal(t, "Orphan", at(flux["sync/environments/prod-us.yaml"], "spec.deletionPolicy"))
	require.Equal(t, true, at(flux["sync/environments/dev.yaml"], "spec.prune"))
	require.Equal(t, "Delete", at(flux["sync/environments/dev.yaml"], "spec.deletionPolicy"))
	require.Equal(t, false, at(flux["sync/platform.yaml"], "spec.prune"))
	require.Equal(t, false, at(flux["sync/crossplane.yaml"], "spec.prune"))
}

// applications are what the controller makes of the set, by name: the template
// with the values of each element, and the patch merged into it.
func applications(t *testing.T, set sync.Object) map[string]sync.Object {
	t.Helper()
	all := map[string]sync.Object{}
	elements := at(at(set, "spec.generators").([]any)[0], "list.elements").([]any)
	for _, element := range elements {
		text, err := yaml.Marshal(at(set, "spec.template"))
		require.NoError(t, err)
		application := sync.Object{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application"}
		maps.Copy(application, filled(t, string(text), element))
		merge(application, filled(t, at(set, "spec.templatePatch").(string), element))
		metadata := application["metadata"].(map[string]any)
		metadata["namespace"] = at(set, "metadata.namespace")
		all[metadata["name"].(string)] = application
	}
	require.Len(t, all, len(environments))
	return all
}

func filled(t *testing.T, text string, values any) map[string]any {
	t.Helper()
	parsed, err := template.New("").Option("missingkey=error").Parse(text)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, parsed.Execute(&out, values))
	fields := map[string]any{}
	require.NoError(t, yaml.UnmarshalStrict(out.Bytes(), &fields), out.String())
	return fields
}

// merge is a merge of maps; the patch holds no list that the template has.
func merge(into, patch map[string]any) {
	for key, value := range patch {
		below, isMap := value.(map[string]any)
		if has, ok := into[key].(map[string]any); ok && isMap {
			merge(has, below)
			continue
		}
		into[key] = value
	}
}
