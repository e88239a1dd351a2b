package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

var definitionKind = schema.GroupVersionKind{Group: "apiextensions.crossplane.io", Version: "v2", Kind: "CompositeResourceDefinition"}

// deliveryPatience is how long a push may take to be all the way in the cluster, on a
// machine that has much else to do.
const deliveryPatience = 15 * time.Minute

// A syncTool applies what is in a repository. It has an object for each environment,
// with the name of the environment's namespace, and others.
type syncTool struct {
	name      string // in environments/gitops
	kind      schema.GroupVersionKind
	namespace string
	options   string // what else environments/gitops tells it

	// brought says why an object has not brought a commit into the cluster, with all
	// that it applies well.
	brought func(o *unstructured.Unstructured, commit string) error

	// refusal is what an object says of what it may not apply.
	refusal func(o *unstructured.Unstructured) string
	refused string // in that sentence
}

// delivery is a fleet in a Git repository that a tool syncs into a cluster.
type delivery struct {
	*suite
	remote *harness.Remote
	tool   syncTool
}

// deliver starts a cluster for a fleet of two: dev may go with all its data, kept is
// its twin under protection.
func deliver(t *testing.T, tool syncTool, edits ...func(sources)) *delivery {
	t.Helper()
	from := copied(t, "")
	from.twins(t)
	for _, edit := range edits {
		edit(from)
	}
	remote, err := harness.NewRemote(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(remote.Close)
	from.syncedBy(t, tool, fmt.Sprintf("repository: url: %q", remote.URL))
	return &delivery{start(t, from, playAWS(atOnce).tracking()), remote, tool}
}

// lives is what happens to the two environments, from the first push on.
func (d *delivery) lives(t *testing.T) {
	t.Helper()
	step(t, "EnvironmentsAppear", d.appear)
	step(t, "AChangeArrives", d.changeArrives)
	step(t, "AnEditedListPrunesNothingThatIsProtected", d.listsEdited)
	step(t, "AnEnvironmentsSyncStaysInItsNamespace", d.staysInside)
	step(t, "AProtectedEnvironmentSurvives", d.survives)
	step(t, "ARevertTakesItUpAgain", d.takenUp)
	step(t, "TheWaysToAWSAndIntoTheClusterAreKept", d.waysKept)
	step(t, "AnAllowedEnvironmentGoes", d.goes)
}

// twins leaves dev and a twin of it that does not allow its deletion. Their
// account's quotas are for one. Both have a storage class of Crossplane's, so that both
// providers of the inside of a cluster have something there.
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
	content, err := os.ReadFile(dev)
	require.NoError(t, err)
	text := strings.Replace(string(content), `ebs: "installer"`, `ebs: "addon"`, 1)
	require.NotEqual(t, string(content), text)
	require.NoError(t, os.WriteFile(dev, []byte(text), 0o644))
	twin := strings.NewReplacer(
		`"dev"`, `"kept"`, "domino-dev", "domino-kept", "10.32.0.0/16", "10.33.0.0/16", `deletion: "allow"`, `deletion: "protect"`,
	).Replace(text)
	folder := filepath.Join(s.root, "environments", "kept")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "environment.cue"), []byte(twin), 0o644))
}

// syncedBy writes what the fleet is synced by; from is its source.
func (s sources) syncedBy(t *testing.T, tool syncTool, from string) {
	t.Helper()
	folder := filepath.Join(s.root, "environments", "gitops")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gitops.cue"), []byte(`package gitops

import "github.com/dominoc/dominoc/schema/v1alpha1"

gitops: v1alpha1.#GitOps & {
	tool: "`+tool.name+`"
	`+from+`
	`+tool.options+`
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

// publish makes the sources a repository and pushes them.
func (d *delivery) publish(t *testing.T) {
	t.Helper()
	_, err := harness.Git(d.sources.root, "init", "--quiet", "--initial-branch=main")
	require.NoError(t, err)
	d.push(t, "two environments")
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

// smuggle commits and pushes what a change of the output gives, without a build: as
// one does who gets it past the checks.
func (d *delivery) smuggle(t *testing.T, message string, flags ...string) {
	t.Helper()
	for _, args := range [][]string{
		{"add", "--all"}, append([]string{"commit", "--quiet", "--message", message}, flags...), {"push", "--quiet", d.remote.URL, "HEAD:main"},
	} {
		_, err := harness.Git(d.sources.root, args...)
		require.NoError(t, err)
	}
}

// lists writes the list of a folder of the output.
func (d *delivery) lists(t *testing.T, folder string, entries ...string) {
	t.Helper()
	text := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [" + strings.Join(entries, ", ") + "]\n"
	require.NoError(t, os.WriteFile(filepath.Join(d.sources.root, "rendered", folder, "kustomization.yaml"), []byte(text), 0o644))
}

// listsEdited drops entries of lists. What is protected stays as it is; so does the
// platform.
func (d *delivery) listsEdited(t *testing.T) {
	ctx := context.Background()
	before := d.identities(t, "kept")
	space, err := d.Client.Read(ctx, namespaceKind, "", "domino-kept")
	require.NoError(t, err)
	definitions, err := d.Client.List(ctx, definitionKind, "")
	require.NoError(t, err)
	require.NotEmpty(t, definitions)

	d.lists(t, "environments/kept", "protection.yaml")
	stays := []string{"sync.yaml"}
	if d.tool.name == argoCD.name {
		stays = append(stays, "project.yaml") // without it Argo CD refuses the Application, and touches nothing
	}
	d.lists(t, "sync/environments/kept", stays...)
	d.lists(t, "platform", "dominoc.yaml")
	d.smuggle(t, "lists without entries")
	d.reconciled(t, "dev", "kept")
	require.Equal(t, before, d.identities(t, "kept"))
	now, err := d.Client.Read(ctx, namespaceKind, "", "domino-kept")
	require.NoError(t, err)
	require.Equal(t, space.GetUID(), now.GetUID())
	require.Nil(t, now.GetDeletionTimestamp())
	left, err := d.Client.List(ctx, definitionKind, "")
	require.NoError(t, err)
	require.Len(t, left, len(definitions))

	d.push(t, "the lists as they are written")
	d.reconciled(t, "dev", "kept")
}

// staysInside puts into the folder and the list of an environment what gives its
// writer the whole cluster, and an object of another environment's namespace. Its
// sync may apply neither.
func (d *delivery) staysInside(t *testing.T) {
	ctx := context.Background()
	for _, smuggled := range []struct {
		kind            schema.GroupVersionKind
		namespace, text string
	}{
		{
			schema.GroupVersionKind{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"}, "",
			"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: User, name: smuggler, apiGroup: rbac.authorization.k8s.io}]\n",
		},
		{schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, "domino-kept", "data: {a: b}\n"},
		{schema.GroupVersionKind{Version: "v1", Kind: "Secret"}, "domino-dev", "stringData: {a: b}\n"},
	} {
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: smuggled, namespace: %q}\n%s",
			smuggled.kind.GroupVersion(), smuggled.kind.Kind, smuggled.namespace, smuggled.text)
		file := filepath.Join(d.sources.root, "rendered", "environments", "dev", "smuggled.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		d.lists(t, "environments/dev", "provider-dev.yaml", "environment.yaml", "smuggled.yaml")
		d.smuggle(t, "a "+smuggled.kind.Kind)
		d.eventually(t, func(ctx context.Context) error {
			o, err := d.Client.Read(ctx, d.tool.kind, d.tool.namespace, "domino-dev")
			if err != nil {
				return err
			}
			if said := d.tool.refusal(o); !strings.Contains(said, d.tool.refused) || !strings.Contains(strings.ToLower(said), strings.ToLower(smuggled.kind.Kind)) {
				return fmt.Errorf("%s is not refused: %s", smuggled.kind.Kind, said)
			}
			return nil
		})
		_, err := d.Client.Read(ctx, smuggled.kind, smuggled.namespace, "smuggled")
		require.NoError(t, gone(err, smuggled.kind.Kind))
		require.NoError(t, os.Remove(file))
	}
	d.push(t, "nothing smuggled")
	d.reconciled(t, "dev", "kept")
}

// applySync applies files or folders of sync/, as a person does once.
func (d *delivery) applySync(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		found, err := harness.Manifests(filepath.Join(d.sources.root, "rendered", "sync", name))
		require.NoError(t, err)
		require.NotEmpty(t, found, name)
		d.apply(t, found)
	}
}

// commit is the one that was pushed last.
func (d *delivery) commit(t *testing.T) string {
	t.Helper()
	commit, err := harness.Git(d.sources.root, "rev-parse", "HEAD")
	require.NoError(t, err)
	return commit
}

// eventually waits, and says of every object of the tool why it waits when that was
// in vain.
func (d *delivery) eventually(t *testing.T, try func(context.Context) error) {
	t.Helper()
	ctx := context.Background()
	err := harness.Eventually(ctx, deliveryPatience, func() error { return try(ctx) })
	if err == nil {
		return
	}
	all, listed := d.Client.List(ctx, d.tool.kind, "")
	require.NoError(t, listed)
	for _, o := range all {
		t.Logf("%s: %v", o.GetName(), d.tool.brought(&o, d.commit(t)))
	}
	require.NoError(t, err)
}

// reconciled wants the tool's objects, with those of the given environments and no
// others, to have brought the commit that was pushed.
func (d *delivery) reconciled(t *testing.T, environments ...string) {
	t.Helper()
	commit := d.commit(t)
	d.eventually(t, func(ctx context.Context) error {
		all, err := d.Client.List(ctx, d.tool.kind, "")
		if err != nil {
			return err
		}
		missing := map[string]bool{}
		for _, name := range environments {
			missing["domino-"+name] = true
		}
		for _, o := range all {
			if err := d.tool.brought(&o, commit); err != nil {
				return fmt.Errorf("%s: %w", o.GetName(), err)
			}
			delete(missing, o.GetName())
		}
		if len(missing) > 0 {
			return fmt.Errorf("there is no %s yet of %v", d.tool.kind.Kind, missing)
		}
		return nil
	})
}

// letGo waits until the tool has no object of an environment any more.
func (d *delivery) letGo(t *testing.T, name string) {
	t.Helper()
	d.eventually(t, func(ctx context.Context) error {
		_, err := d.Client.Read(ctx, d.tool.kind, d.tool.namespace, "domino-"+name)
		return gone(err, fmt.Sprintf("the %s of %s", d.tool.kind.Kind, name))
	})
}

// activation waits for the platform, whose policy makes the kinds that the providers
// then provide for.
func (d *delivery) activation(t *testing.T) {
	t.Helper()
	for _, name := range d.fleet.activated() {
		crd := harness.Object{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": harness.Object{"name": name}}
		require.NoError(t, d.Client.Established(context.Background(), deliveryPatience, crd))
	}
}

func (d *delivery) appear(t *testing.T) {
	d.activation(t)
	d.world.begin(t, d.suite)
	d.reconciled(t, "dev", "kept")
	d.applied = len(d.fleet.environments) // by the tool
	require.NoError(t, d.environmentsReady(context.Background()))
}

func (d *delivery) environment(ctx context.Context, name string) (*unstructured.Unstructured, error) {
	return d.Client.Read(ctx, environmentKind, "domino-"+name, name)
}

// changeArrives lets a pool of one environment grow.
func (d *delivery) changeArrives(t *testing.T) {
	d.sources.edit(t, "dev", "size: max: 5", "size: max: 7")
	d.push(t, "dev may be larger")
	d.reconciled(t, "dev", "kept")
	for name, want := range map[string]int64{"dev": 7, "kept": 5} {
		d.eventually(t, func(ctx context.Context) error {
			got, err := d.largest(ctx, name)
			if err == nil && got != want {
				err = fmt.Errorf("the pool of %s has at most %d nodes, not %d", name, got, want)
			}
			return err
		})
	}
}

// largest is how many nodes the default pool of an environment may have.
func (d *delivery) largest(ctx context.Context, environment string) (int64, error) {
	group, err := d.Client.Read(ctx, nodeGroupKind, "domino-"+environment, environment+"-default-nodes-z0")
	if err != nil {
		return 0, err
	}
	largest, _, err := unstructured.NestedInt64(group.Object, "spec", "initProvider", "scalingConfig", "maxSize")
	return largest, err
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
	d.letGo(t, "kept")
	d.reconciled(t, "dev")
	require.Equal(t, before, d.identities(t, "kept"))
}

func (d *delivery) takenUp(t *testing.T) {
	before := d.identities(t, "kept")
	d.moved(t, "kept", true)
	d.push(t, "kept has its file again")
	d.reconciled(t, "dev", "kept")
	require.Equal(t, before, d.identities(t, "kept"))
}

// waysKept holds that no ProviderConfig of an environment that may be deleted goes
// before what is reached by it. AWS's is asked for again once the environment is
// gone, as a Usage repeats what it refused.
func (d *delivery) waysKept(t *testing.T) {
	ctx := context.Background()
	before := d.identities(t, "dev")
	for name, by := range map[schema.GroupVersionKind]string{
		{Group: "aws.m.upbound.io", Version: "v1beta1", Kind: "ProviderConfig"}:            "DominoEnvironment",
		{Group: "helm.m.crossplane.io", Version: "v1beta1", Kind: "ProviderConfig"}:        "Release",
		{Group: "kubernetes.m.crossplane.io", Version: "v1alpha1", Kind: "ProviderConfig"}: "Object",
	} {
		configs, err := d.Client.List(ctx, name, "domino-dev")
		require.NoError(t, err)
		require.Len(t, configs, 1, "dev has something inside its cluster by %s", name.Group)
		err = d.Client.Delete(ctx, name, "domino-dev", configs[0].GetName())
		require.ErrorContains(t, err, "in-use by", name.Group)
		require.ErrorContains(t, err, "by resource "+by+"/", name.Group)
	}
	require.Equal(t, before, d.identities(t, "dev"))
}

// goes removes an environment, by Argo CD in the foreground, which takes the records of
// who uses a ProviderConfig away before anything else.
func (d *delivery) goes(t *testing.T) {
	before := d.identities(t, "kept")
	d.moved(t, "dev", false)
	d.push(t, "dev has no file")
	d.letGo(t, "dev")
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
