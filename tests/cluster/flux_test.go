package cluster

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

var (
	kustomizationKind = schema.GroupVersionKind{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Kind: "Kustomization"}
	ociRepositoryKind = schema.GroupVersionKind{Group: "source.toolkit.fluxcd.io", Version: "v1", Kind: "OCIRepository"}
	configurationKind = schema.GroupVersionKind{Group: "pkg.crossplane.io", Version: "v1", Kind: "Configuration"}
)

// fluxPatience is how long a push may take to be all the way in the cluster.
const fluxPatience = 5 * time.Minute

// delivery is a fleet in a Git repository that Flux syncs into a cluster, and a
// registry beside it.
type delivery struct {
	*suite
	remote *harness.Remote
	images string // host and port of the registry
}

// The way from a push to a reconciled environment, and its end. dev may go with
// all its data, kept is its twin under protection.
func TestFlux(t *testing.T) {
	from := copied(t, "")
	from.twins(t)
	remote, err := harness.NewRemote(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(remote.Close)
	images := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(images.Close)
	from.syncedBy(t, fmt.Sprintf("repository: url: %q", remote.URL))

	d := &delivery{start(t, from, playAWS(atOnce)), remote, images.Listener.Addr().String()}
	step(t, "PackagesAreInstalled", d.installed)
	step(t, "SyncIsAppliedOnce", d.bootstrap)
	step(t, "EnvironmentsAppear", d.appear)
	step(t, "AChangeArrives", d.changeArrives)
	step(t, "AProtectedEnvironmentSurvives", d.survives)
	step(t, "ARevertTakesItUpAgain", d.takenUp)
	step(t, "AnAllowedEnvironmentGoes", d.goes)
	step(t, "FluxReadsTheArtifact", d.artifact)
	step(t, "CrossplaneInstallsThePackage", d.packaged)
}

// twins leaves dev and a twin of it that does not allow its deletion. Their
// account's quotas are for one.
func (s sources) twins(t *testing.T) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(s.root, "environments", "*", "environment.*"))
	require.NoError(t, err)
	dev := s.file(t, "dev")
	require.NoError(t, os.RemoveAll(filepath.Join(s.root, "environments", "quotas")))
	for _, file := range folders {
		if file != dev {
			require.NoError(t, os.RemoveAll(filepath.Dir(file)))
		}
	}
	text, err := os.ReadFile(dev)
	require.NoError(t, err)
	twin := strings.NewReplacer(
		`"dev"`, `"kept"`, "domino-dev", "domino-kept", "10.32.0.0/16", "10.33.0.0/16", `deletion: "allow"`, `deletion: "protect"`,
	).Replace(string(text))
	folder := filepath.Join(s.root, "environments", "kept")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "environment.cue"), []byte(twin), 0o644))
}

// syncedBy writes what the fleet is synced by; from is its source.
func (s sources) syncedBy(t *testing.T, from string) {
	t.Helper()
	folder := filepath.Join(s.root, "environments", "gitops")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gitops.cue"), []byte(`package gitops

import "github.com/dominoc/dominoc/schema/v1alpha1"

gitops: v1alpha1.#GitOps & {
	tool: "flux"
	`+from+`
	flux: intervals: {source: "5s", retry: "5s"}
	crossplane: install: false
	provider: roleARN:   "arn:aws:iam::112233445566:role/dominoc-management"
}
`), 0o644))
}

// installed stands in for Crossplane's package manager: no pod runs here, so the
// packages are there, paused, and say that they are healthy.
func (d *delivery) installed(t *testing.T) {
	ctx := context.Background()
	require.NoError(t, d.DefineManaged(ctx, d.fleet.activated()))
	paused, _ := packages(d.fleet.platform)
	d.apply(t, paused)
	installed, _ := harness.Split(paused, "Provider", "Function")
	require.NotEmpty(t, installed)
	for _, p := range installed {
		var conditions []any
		for _, kind := range []string{"Installed", "Healthy"} {
			conditions = append(conditions, harness.Object{
				"type": kind, "status": "True", "reason": "Test", "lastTransitionTime": "2026-01-01T00:00:00Z",
			})
		}
		require.NoError(t, d.Client.ApplyStatus(ctx, harness.Object{
			"apiVersion": p["apiVersion"], "kind": p["kind"],
			"metadata": harness.Object{"name": p["metadata"].(harness.Object)["name"]},
			"status":   harness.Object{"conditions": conditions},
		}))
	}
}

// push compiles the sources and pushes them with what they give.
func (d *delivery) push(t *testing.T, message string) {
	t.Helper()
	root := d.sources.root
	require.NoError(t, d.fleet.dominoc.Build(filepath.Join(root, "rendered")))
	for _, args := range [][]string{
		{"add", "--all"}, {"commit", "--quiet", "--message", message}, {"push", "--quiet", d.remote.URL, "HEAD:main"},
	} {
		_, err := harness.Git(root, args...)
		require.NoError(t, err)
	}
}

// bootstrap is what a person does: push, and apply the source and the
// Kustomization of sync/ itself.
func (d *delivery) bootstrap(t *testing.T) {
	require.NoError(t, d.StartFlux())
	_, err := harness.Git(d.sources.root, "init", "--quiet", "--initial-branch=main")
	require.NoError(t, err)
	d.push(t, "two environments")
	d.applySync(t, "source.yaml", "sync.yaml")
}

func (d *delivery) applySync(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		found, err := harness.Manifests(filepath.Join(d.sources.root, "rendered", "sync", name))
		require.NoError(t, err)
		require.NotEmpty(t, found, name)
		d.apply(t, found)
	}
}

// eventually waits, and says of every Kustomization why it waits when that was in
// vain.
func (d *delivery) eventually(t *testing.T, try func(context.Context) error) {
	t.Helper()
	ctx := context.Background()
	err := harness.Eventually(ctx, fluxPatience, func() error { return try(ctx) })
	if err == nil {
		return
	}
	all, listed := d.Client.List(ctx, kustomizationKind, "")
	require.NoError(t, listed)
	for _, k := range all {
		t.Logf("%s: %s", k.GetName(), harness.Message(&k, "Ready"))
	}
	require.NoError(t, err)
}

// reconciled wants the Kustomizations of the fleet, with those of the given
// environments and no others, ready at the commit that was pushed.
func (d *delivery) reconciled(t *testing.T, environments ...string) {
	t.Helper()
	commit, err := harness.Git(d.sources.root, "rev-parse", "HEAD")
	require.NoError(t, err)
	d.eventually(t, func(ctx context.Context) error {
		all, err := d.Client.List(ctx, kustomizationKind, "")
		if err != nil {
			return err
		}
		missing := map[string]bool{}
		for _, name := range environments {
			missing["domino-"+name] = true
		}
		for _, k := range all {
			revision, _, _ := unstructured.NestedString(k.Object, "status", "lastAppliedRevision")
			if harness.Condition(&k, "Ready") != "True" || !strings.HasSuffix(revision, commit) {
				return fmt.Errorf("%s is at %q: %s", k.GetName(), revision, harness.Message(&k, "Ready"))
			}
			delete(missing, k.GetName())
		}
		if len(missing) > 0 {
			return fmt.Errorf("there is no Kustomization yet of %v", missing)
		}
		return nil
	})
}

// appear waits for the platform, whose policy makes the kinds that the providers
// then provide for.
func (d *delivery) appear(t *testing.T) {
	ctx := context.Background()
	for _, name := range d.fleet.activated() {
		crd := harness.Object{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": harness.Object{"name": name}}
		require.NoError(t, d.Client.Established(ctx, fluxPatience, crd))
	}
	d.world.begin(t, d.suite)
	d.reconciled(t, "dev", "kept")
	d.applied = len(d.fleet.environments) // by Flux
	require.NoError(t, d.environmentsReady(ctx))
}

func (d *delivery) environment(ctx context.Context, name string) (*unstructured.Unstructured, error) {
	return d.Client.Read(ctx, environmentKind, "domino-"+name, name)
}

func (d *delivery) changeArrives(t *testing.T) {
	d.sources.edit(t, "dev", `stage: "development"`, `stage: "testing"`)
	d.push(t, "dev is for tests")
	d.reconciled(t, "dev", "kept")
	for name, want := range map[string]string{"dev": "testing", "kept": "development"} {
		xr, err := d.environment(context.Background(), name)
		require.NoError(t, err)
		got, _, err := unstructured.NestedString(xr.Object, "spec", "common", "tags", "stage")
		require.NoError(t, err)
		require.Equal(t, want, got, name)
	}
}

// identities are the objects of an environment's namespace: none may be another
// one afterwards.
func (d *delivery) identities(t *testing.T, name string) map[string]string {
	t.Helper()
	ctx := context.Background()
	out := map[string]string{}
	objects, err := d.composed(ctx, "domino-"+name)
	require.NoError(t, err)
	for id, object := range objects {
		require.Nil(t, object.GetDeletionTimestamp(), id)
		out[fmt.Sprint(id)] = string(object.GetUID())
	}
	xr, err := d.environment(ctx, name)
	require.NoError(t, err)
	require.Nil(t, xr.GetDeletionTimestamp())
	out["environment"] = string(xr.GetUID())
	require.Greater(t, len(out), 50)
	return out
}

// moved takes the file of an environment out of the fleet, or back.
func (d *delivery) moved(t *testing.T, environment string, back bool) {
	t.Helper()
	in := filepath.Join(d.sources.root, "environments", environment)
	out := filepath.Join(d.sources.root, "."+environment)
	if back {
		in, out = out, in
	}
	require.NoError(t, os.Rename(in, out))
}

func (d *delivery) survives(t *testing.T) {
	before := d.identities(t, "kept")
	d.moved(t, "kept", false)
	d.push(t, "kept has no file")
	d.withoutKustomization(t, "kept")
	d.reconciled(t, "dev")
	require.Equal(t, before, d.identities(t, "kept"))
}

// withoutKustomization waits until Flux has let go of an environment.
func (d *delivery) withoutKustomization(t *testing.T, name string) {
	t.Helper()
	d.eventually(t, func(ctx context.Context) error {
		_, err := d.Client.Read(ctx, kustomizationKind, harness.FluxNamespace, "domino-"+name)
		if apierrors.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("the Kustomization of %s is there: %w", name, err)
	})
}

func (d *delivery) takenUp(t *testing.T) {
	before := d.identities(t, "kept")
	d.moved(t, "kept", true)
	d.push(t, "kept has its file again")
	d.reconciled(t, "dev", "kept")
	require.Equal(t, before, d.identities(t, "kept"))
}

func (d *delivery) goes(t *testing.T) {
	before := d.identities(t, "kept")
	d.moved(t, "dev", false)
	d.push(t, "dev has no file")
	d.withoutKustomization(t, "dev")
	d.eventually(t, func(ctx context.Context) error {
		_, err := d.environment(ctx, "dev")
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("dev is there: %w", err)
		}
		if held := d.world.holds(t, "dev"); len(held) > 0 {
			return fmt.Errorf("AWS holds %v of dev", held)
		}
		return nil
	})
	d.reconciled(t, "kept")
	require.Equal(t, before, d.identities(t, "kept"))
}

// artifact moves the fleet from Git to a registry: the source is applied, and
// what Flux fetches is what was pushed.
func (d *delivery) artifact(t *testing.T) {
	repository := d.images + "/domino/manifests"
	d.sources.syncedBy(t, fmt.Sprintf("oci: {url: %q, tag: \"main\", insecure: true}", "oci://"+repository))
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
func (d *delivery) packaged(t *testing.T) {
	pushed, err := d.fleet.dominoc.Push("oci://"+d.images+"/domino/platform:v1.0.0", "--package")
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
