package argocd

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// config is what argocd-cm is given.
func config(t *testing.T) any {
	t.Helper()
	return at(manifests(t, plain)["sync/argocd/argocd-cm.yaml"], "data")
}

// everyApplication is each of a delivery by its project: those of sync/, what Argo
// CD makes of the set, and those of environments.
func everyApplication(t *testing.T, all map[string]Object) map[string][]Object {
	t.Helper()
	found := map[string][]Object{}
	add := func(application Object) {
		project := at(application, "spec.project").(string)
		found[project] = append(found[project], application)
	}
	for _, object := range all {
		if object["kind"] == "Application" {
			add(object)
		}
	}
	for _, application := range applications(t, all["sync/environments.yaml"]) {
		add(application)
	}
	return found
}

// applicationsOf are the Applications of environments, by name.
func applicationsOf(t *testing.T, all map[string]Object) map[string]Object {
	t.Helper()
	found := map[string]Object{}
	for _, name := range environments {
		found["domino-"+name] = all[folderOf(name)+"/sync.yaml"]
	}
	return found
}

// folderOf is the folder with what an environment stands in.
func folderOf(environment string) string { return "sync/environments/" + environment }

// under are the objects below a folder.
func under(all map[string]Object, folder string) []Object {
	var objects []Object
	for path, object := range all {
		if strings.HasPrefix(path, folder+"/") {
			objects = append(objects, object)
		}
	}
	return objects
}

// projects are the AppProjects of a delivery, by name.
func projects(all map[string]Object) map[string]Object {
	found := map[string]Object{}
	for _, object := range all {
		if object["kind"] == "AppProject" {
			found[at(object, "metadata.name").(string)] = object
		}
	}
	return found
}

// applications are what Argo CD makes of the set, by name.
func applications(t *testing.T, set Object) map[string]Object {
	t.Helper()
	var made []Object
	ask(t, "generate", set, &made)
	all := map[string]Object{}
	for _, application := range made {
		delete(application, "status") // Go writes what is empty
		all[at(application, "metadata.name").(string)] = application
	}
	require.Len(t, all, len(environments))
	return all
}

// What an environment applied is deleted with its Application only where the
// environment says so.
func TestOnlyWhatMayBeDeletedIsPruned(t *testing.T) {
	for _, delivery := range []string{plain, withPlugin} {
		all := applicationsOf(t, manifests(t, delivery))
		require.Empty(t, at(all["domino-prod-us"], "spec.syncPolicy.automated.prune"))
		require.Nil(t, at(all["domino-prod-us"], "metadata.finalizers"))
		require.Equal(t, true, at(all["domino-dev"], "spec.syncPolicy.automated.prune"))
		require.Equal(t, []any{"resources-finalizer.argocd.argoproj.io"}, at(all["domino-dev"], "metadata.finalizers"))
	}
	require.Equal(t, "rendered/environments/dev", at(applicationsOf(t, manifests(t, plain))["domino-dev"], "spec.source.path"))
}

func TestArgoCDHasNothingAgainstAnApplication(t *testing.T) {
	for _, delivery := range []string{plain, withPlugin} {
		all := manifests(t, delivery)
		applications := everyApplication(t, all)
		require.Len(t, applications, 1+len(environments), "none is in the default project")
		for name, project := range projects(all) {
			require.NotEmpty(t, applications[name])
			said := map[string][]string{}
			ask(t, "validate", Object{"Config": config(t), "Project": project, "Applications": applications[name]}, &said)
			require.Len(t, said, len(applications[name]))
			for application, faults := range said {
				require.Empty(t, faults, "%s: %s", delivery, application)
			}
		}
	}
}

// An environment's project permits its own folder's kinds in its own namespace.
func TestAnEnvironmentsProjectPermitsNothingElse(t *testing.T) {
	all := manifests(t, plain)
	dev, prod := applicationsOf(t, all)["domino-dev"], applicationsOf(t, all)["domino-prod-us"]
	elsewhere := maps.Clone(dev)
	elsewhere["metadata"] = Object{"name": "elsewhere"}
	elsewhere["spec"] = maps.Clone(dev["spec"].(Object))
	elsewhere["spec"].(Object)["source"] = Object{"repoURL": "https://github.com/example/other", "path": "x"}
	said := map[string][]string{}
	ask(t, "validate", Object{
		"Config": config(t), "Project": projects(all)["domino-dev"], "Applications": []any{dev, prod, elsewhere},
	}, &said)
	require.Empty(t, said["domino-dev"])
	require.Contains(t, said["domino-prod-us"][0], "namespace 'domino-prod-us' do not match any of the allowed destinations in project 'domino-dev'")
	require.Contains(t, said["elsewhere"][0], "application repo https://github.com/example/other is not permitted in project 'domino-dev'")

	var permitted []bool
	objects := append(compiled(t, "environments/dev"),
		Object{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": Object{"name": "x"}},
		Object{"apiVersion": "v1", "kind": "Namespace", "metadata": Object{"name": "domino-dev"}},
		Object{"apiVersion": "v1", "kind": "Secret", "metadata": Object{"name": "x", "namespace": "domino-dev"}},
		Object{"apiVersion": "dominoc.dev/v1alpha1", "kind": "DominoEnvironment", "metadata": Object{"name": "x", "namespace": "domino-prod-us"}},
	)
	ask(t, "permitted", Object{"Project": projects(all)["domino-dev"], "Objects": objects}, &permitted)
	for i, object := range objects {
		require.Equal(t, i < len(objects)-4, permitted[i], "%v", object)
	}
}

// The platform's project permits what platform/ and sync/ hold.
func TestThePlatformsProjectPermitsWhatIsWritten(t *testing.T) {
	all := manifests(t, plain)
	objects := compiled(t, "platform")
	for path, object := range all {
		if !strings.HasPrefix(path, "sync/argocd/") {
			objects = append(objects, object)
		}
	}
	var permitted []bool
	ask(t, "permitted", Object{"Project": projects(all)["dominoc"], "Objects": objects}, &permitted)
	for i, object := range objects {
		require.True(t, permitted[i], "%v %v", object["kind"], at(object, "metadata.name"))
	}
}

// Argo CD's types know every field.
func TestArgoCDReadsAnApplicationSetStrictly(t *testing.T) {
	set := manifests(t, plain)["sync/environments.yaml"]
	at(set, "spec").(Object)["goTemplateOption"] = []any{}
	var made []any
	require.ErrorContains(t, asked(t, "generate", set, &made), "goTemplateOption")

	set = manifests(t, plain)["sync/environments.yaml"]
	at(set, "spec.template.metadata").(Object)["name"] = "{{ .nobody }}"
	require.ErrorContains(t, asked(t, "generate", set, &made), "nobody")
}

func TestThePluginPrintsTheFolderOfAnApplication(t *testing.T) {
	all := manifests(t, withPlugin)
	var runs struct{ Command, Environment []string }
	ask(t, "plugin", Object{
		"Text":       at(all["sync/argocd/plugin.yaml"], "data").(map[string]any)["plugin.yaml"],
		"Parameters": at(applicationsOf(t, all)["domino-prod-us"], "spec.source.plugin.parameters"),
	}, &runs)
	require.Equal(t, []string{"sh", "-c", `dominoc build --print="$PARAM_FOLDER"`}, runs.Command)
	require.Contains(t, runs.Environment, "PARAM_FOLDER=environments/prod-us")
}

// step is what one step of a sync did.
type step struct {
	Phase, Message   string
	Applied, Deleted []string
	Results          []struct{ Name, Status, Message string }
}

// situation is what the cluster has at a step. Without kinds it has every one.
type situation struct {
	Kinds   []kind
	Objects []Object
}

type kind struct {
	APIVersion, Kind string
	Namespaced       bool
}

// synced walks through a sync of an Application to the targets.
func synced(t *testing.T, application Object, targets []Object, steps ...situation) []step {
	t.Helper()
	all := slices.Clone(targets)
	for _, s := range steps {
		all = append(all, s.Objects...)
	}
	for i := range steps {
		if steps[i].Kinds == nil {
			steps[i].Kinds = kindsOf(all)
		}
	}
	var did []step
	ask(t, "sync", Object{"Config": config(t), "Application": application, "Targets": targets, "Steps": steps}, &did)
	require.Len(t, did, len(steps))
	return did
}

func kindsOf(objects []Object) []kind {
	var all []kind
	for _, object := range objects {
		k := kind{object["apiVersion"].(string), object["kind"].(string), at(object, "metadata.namespace") != nil}
		if !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}

// having is an object as it is in the cluster, with a status.
func having(object, status Object) Object {
	live := maps.Clone(object)
	live["status"] = status
	return live
}

// saying is an Application's or a set's status.
func saying(health string) Object {
	return Object{
		"health":     Object{"status": health},
		"conditions": []any{Object{"type": "ResourcesUpToDate", "status": "True"}},
	}
}

// root is the Application that applies all others, itself among them, and they.
func root(t *testing.T) (application Object, applies map[string]Object, targets []Object) {
	t.Helper()
	applies = manifests(t, plain)
	for _, file := range []string{"project", "sync", "crossplane", "platform", "environments"} {
		targets = append(targets, applies["sync/"+file+".yaml"])
	}
	return targets[1], applies, targets
}

func TestArgoCDAppliesInWaves(t *testing.T) {
	application, all, targets := root(t)
	project, crossplane, platform, set := targets[0], all["sync/crossplane.yaml"], all["sync/platform.yaml"], all["sync/environments.yaml"]
	with := func(more ...Object) situation {
		return situation{Objects: append([]Object{application, project}, more...)}
	}
	steps := synced(t, application, targets,
		situation{Objects: []Object{application}},
		with(),
		with(having(crossplane, saying("Progressing"))),
		with(having(crossplane, saying("Healthy"))),
		with(having(crossplane, saying("Healthy")), having(platform, saying("Progressing"))),
		with(having(crossplane, saying("Healthy")), having(platform, saying("Healthy"))),
		with(having(crossplane, saying("Healthy")), having(platform, saying("Healthy")), having(set, saying(""))),
	)
	var applied [][]string
	for _, s := range steps {
		applied = append(applied, s.Applied)
	}
	require.Equal(t, [][]string{
		{"AppProject dominoc"},
		{"Application dominoc-crossplane"}, nil,
		{"Application dominoc-platform"}, nil,
		{"ApplicationSet dominoc-fleet"},
		{"Application dominoc"},
	}, applied)
	require.Equal(t, "waiting for healthy state of argoproj.io/Application/dominoc-platform", steps[4].Message)
	require.Equal(t, "Succeeded", steps[6].Phase)
}

// The Application of sync/ is as ill as what it applies: were it to be well before
// the others are applied, what makes them well would never be.
func TestACureIsAppliedThoughAllAreIll(t *testing.T) {
	application, all, targets := root(t)
	crossplane, platform, set := all["sync/crossplane.yaml"], all["sync/platform.yaml"], all["sync/environments.yaml"]
	ill := func(ofCrossplane string) situation {
		return situation{Objects: []Object{
			targets[0], having(application, saying("Degraded")), having(crossplane, saying(ofCrossplane)),
			having(platform, saying("Degraded")), having(set, saying("")),
		}}
	}
	steps := synced(t, application, targets, ill("Degraded"), ill("Degraded"), ill("Healthy"))
	require.Equal(t, []string{"AppProject dominoc"}, steps[0].Applied)
	require.Equal(t, []string{"Application dominoc-crossplane"}, steps[1].Applied)
	require.Equal(t, []string{"Application dominoc-platform"}, steps[2].Applied)
}

func TestArgoCDAppliesAnEnvironmentInOrder(t *testing.T) {
	_, all, _ := root(t)
	application, targets := applicationsOf(t, all)["domino-dev"], compiled(t, "environments/dev")
	provider, environment := only(t, targets, "ProviderConfig"), only(t, targets, "DominoEnvironment")
	steps := synced(t, application, targets, situation{},
		situation{Objects: []Object{provider}},
		situation{Objects: []Object{provider, environment}},
	)
	require.Equal(t, []string{"ProviderConfig dev"}, steps[0].Applied)
	require.Equal(t, []string{"DominoEnvironment dev"}, steps[1].Applied)
	require.Equal(t, "Succeeded", steps[1].Phase)
	require.Empty(t, steps[2].Applied)
}

// What an environment stands in is there before its own Application.
func TestArgoCDAppliesTheNamespaceFirst(t *testing.T) {
	_, all, _ := root(t)
	application := applications(t, all["sync/environments.yaml"])["dominoc-environment-dev"]
	targets := under(all, folderOf("dev"))
	namespace, project, own := only(t, targets, "Namespace"), only(t, targets, "AppProject"), only(t, targets, "Application")
	steps := synced(t, application, targets, situation{},
		situation{Objects: []Object{namespace}},
		situation{Objects: []Object{namespace, project}},
		situation{Objects: []Object{namespace, project, having(own, saying("Healthy"))}},
	)
	require.Equal(t, []string{"Namespace domino-dev"}, steps[0].Applied)
	require.Equal(t, []string{"AppProject domino-dev"}, steps[1].Applied)
	require.Equal(t, []string{"Application domino-dev"}, steps[2].Applied)
	require.Equal(t, "Succeeded", steps[3].Phase)
}

// A sync waits for no definition: it fails at the first kind that is not there,
// and Argo CD tries again.
func TestAnEnvironmentIsTriedAgainUntilThePlatformIsThere(t *testing.T) {
	_, all, _ := root(t)
	application, targets := applicationsOf(t, all)["domino-dev"], compiled(t, "environments/dev")
	early := kindsOf([]Object{only(t, under(all, folderOf("dev")), "Namespace")})
	steps := synced(t, application, targets, situation{Kinds: early})
	require.Equal(t, "Failed", steps[0].Phase)
	require.Equal(t, float64(-1), at(application, "spec.syncPolicy.retry.limit"))
}

// Whatever an Application says of pruning.
func TestArgoCDPrunesNothingThatIsProtected(t *testing.T) {
	application := manifests(t, plain)["sync/platform.yaml"]
	at(application, "spec.syncPolicy.automated").(map[string]any)["prune"] = true
	for folder, pruned := range map[string][]string{
		"platform":             nil,
		"environments/prod-us": {"Usage prod-us-protected"}, // it goes when the environment allows deletion
	} {
		live := compiled(t, folder)
		left := slices.DeleteFunc(slices.Clone(live), func(o Object) bool { return o["kind"] == "Usage" })
		steps := synced(t, application, nil, // a wave each
			situation{Objects: live}, situation{Objects: left}, situation{Objects: left})
		require.Equal(t, pruned, slices.Concat(steps[0].Deleted, steps[1].Deleted, steps[2].Deleted), folder)
		kept := 0
		for _, r := range steps[2].Results {
			if r.Status == "PruneSkipped" {
				require.Equal(t, "ignored (no prune)", r.Message)
				kept++
			}
		}
		require.Equal(t, len(left), kept, folder)

		var order [][]string
		ask(t, "delete", live, &order)
		require.Equal(t, pruned, slices.Concat(order...), folder)
	}
}

// What sync/ makes for an environment goes with the Application of its folder. The
// Application of the environment itself is the first, the namespace the last.
func TestArgoCDDeletesWhatAnEnvironmentStandsInAfterIt(t *testing.T) {
	all := manifests(t, plain)
	for name, want := range map[string][][]string{
		"dev":     {{"Application domino-dev"}, {"AppProject domino-dev"}, {"Namespace domino-dev"}},
		"prod-us": {{"Application domino-prod-us"}, {"AppProject domino-prod-us"}}, // the namespace stays
	} {
		var order [][]string
		ask(t, "delete", under(all, folderOf(name)), &order)
		require.Equal(t, want, order)
	}
	folders := applications(t, all["sync/environments.yaml"])
	for name, application := range folders {
		require.Equal(t, []any{"resources-finalizer.argocd.argoproj.io"}, at(application, "metadata.finalizers"), name)
	}
	require.Equal(t, "rendered/sync/environments/dev", at(folders["dominoc-environment-dev"], "spec.source.path"))
}

// The environment needs its credentials until it is gone.
func TestArgoCDDeletesAnEnvironmentBeforeWhatItNeeds(t *testing.T) {
	_, all, _ := root(t)
	application, live := applicationsOf(t, all)["domino-dev"], compiled(t, "environments/dev")
	want := [][]string{{"DominoEnvironment dev"}, {"ProviderConfig dev"}}
	var order [][]string
	ask(t, "delete", live, &order)
	require.Equal(t, want, order)

	environment := only(t, live, "DominoEnvironment")
	rest := slices.DeleteFunc(slices.Clone(live), func(o Object) bool { return o["kind"] == "DominoEnvironment" })
	going := maps.Clone(environment)
	going["metadata"] = maps.Clone(environment["metadata"].(map[string]any))
	going["metadata"].(map[string]any)["deletionTimestamp"] = "2026-01-01T00:00:00Z"
	steps := synced(t, application, nil,
		situation{Objects: live}, situation{Objects: append(rest, going)}, situation{Objects: rest})
	require.Equal(t, want[0], steps[0].Deleted)
	require.Empty(t, steps[1].Deleted)
	require.Equal(t, "waiting for deletion of dominoc.dev/DominoEnvironment/dev", steps[1].Message)
	require.Equal(t, want[1], steps[2].Deleted)
}

// only is the one object of a kind.
func only(t *testing.T, objects []Object, kind string) Object {
	t.Helper()
	var found []Object
	for _, o := range objects {
		if o["kind"] == kind {
			found = append(found, o)
		}
	}
	require.Len(t, found, 1, kind)
	return found[0]
}
