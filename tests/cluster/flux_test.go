package cluster

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

var (
	ociRepositoryKind = schema.GroupVersionKind{Group: "source.toolkit.fluxcd.io", Version: "v1", Kind: "OCIRepository"}
	configurationKind = schema.GroupVersionKind{Group: "pkg.crossplane.io", Version: "v1", Kind: "Configuration"}
)

var flux = syncTool{
	name:      "flux",
	kind:      schema.GroupVersionKind{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "Kustomization"},
	namespace: harness.FluxNamespace,
	options:   `flux: intervals: {source: "5s", retry: "5s"}`,
	brought: func(k *unstructured.Unstructured, commit string) error {
		revision, _, _ := unstructured.NestedString(k.Object, "status", "lastAppliedRevision")
		if harness.Condition(k, "Ready") != "True" || !strings.HasSuffix(revision, commit) {
			return fmt.Errorf("at %q: %s", revision, harness.Message(k, "Ready"))
		}
		return nil
	},
	refusal: func(k *unstructured.Unstructured) string { return harness.Message(k, "Ready") },
	refused: "cannot", // as the API server says of a service account
}

// The way from a push to a reconciled environment, and its end; and from a registry.
func TestFlux(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	images := server.Listener.Addr().String()
	d := deliver(t, flux)
	step(t, "PackagesAreInstalled", d.installed)
	step(t, "SyncIsAppliedOnce", d.bootstrapFlux)
	d.lives(t)
	step(t, "FluxReadsTheArtifact", func(t *testing.T) { d.artifact(t, images) })
	step(t, "CrossplaneInstallsThePackage", func(t *testing.T) { d.packaged(t, images) })
}

// bootstrapFlux is what a person does: push, and apply the source and the
// Kustomization of sync/ itself.
func (d *delivery) bootstrapFlux(t *testing.T) {
	require.NoError(t, d.StartFlux())
	d.publish(t)
	d.applySync(t, "source.yaml", "sync.yaml")
}

// artifact moves the fleet from Git to a registry: the source is applied, and
// what Flux fetches is what was pushed.
func (d *delivery) artifact(t *testing.T, images string) {
	repository := images + "/domino/manifests"
	d.sources.syncedBy(t, flux, fmt.Sprintf("oci: {url: %q, tag: \"main\", insecure: true}", "oci://"+repository))
	pushed, err := d.fleet.dominoc.Push("oci://" + repository + ":main")
	require.NoError(t, err)
	require.NoError(t, d.fleet.dominoc.Build(filepath.Join(d.sources.root, "rendered")))
	d.applySync(t, "source.yaml")
	_, digest, _ := strings.Cut(pushed, "@")
	d.eventually(t, func(ctx context.Context) error {
		all, err := d.Client.List(ctx, ociRepositoryKind, harness.FluxNamespace)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d sources: %w", len(all), err)
		}
		revision, _, _ := unstructured.NestedString(all[0].Object, "status", "artifact", "revision")
		if revision != "main@"+digest {
			return fmt.Errorf("Flux has %q, not main@%s: %s", revision, digest, harness.Message(&all[0], "Ready"))
		}
		return nil
	})
}

// packaged has Crossplane's package manager pull the package, read it with its
// own linter and take over the definitions. What it depends on is not asked for:
// the images are not here.
func (d *delivery) packaged(t *testing.T, images string) {
	pushed, err := d.fleet.dominoc.Push("oci://"+images+"/domino/platform:v1.0.0", "--package")
	require.NoError(t, err)
	d.apply(t, []harness.Object{
		{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": harness.Object{"name": "crossplane", "namespace": harness.Namespace}},
		{
			"apiVersion": configurationKind.GroupVersion().String(), "kind": configurationKind.Kind,
			"metadata": harness.Object{"name": "dominoc"},
			"spec":     harness.Object{"package": pushed, "skipDependencyResolution": true},
		},
	})
	d.eventually(t, func(ctx context.Context) error {
		c, err := d.Client.Read(ctx, configurationKind, "", "dominoc")
		if err != nil {
			return err
		}
		for _, condition := range []string{"Installed", "Healthy"} {
			if harness.Condition(c, condition) != "True" {
				return fmt.Errorf("not %s: %s", condition, harness.Message(c, condition))
			}
		}
		return nil
	})
	definition, err := d.Client.Read(context.Background(), schema.GroupVersionKind{
		Group: "apiextensions.crossplane.io", Version: "v2", Kind: "CompositeResourceDefinition",
	}, "", "dominoenvironments."+environmentKind.Group)
	require.NoError(t, err)
	owner := metav1.GetControllerOf(definition)
	require.NotNil(t, owner)
	require.Equal(t, "ConfigurationRevision", owner.Kind)
}
