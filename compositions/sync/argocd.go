package sync

import (
	"strconv"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

const (
	argoAPI  = "argoproj.io/v1alpha1"
	inside   = "https://kubernetes.default.svc"
	waveName = "argocd.argoproj.io/sync-wave"

	compareName = "argocd.argoproj.io/compare-options"
)

type argocd struct{ v1alpha1.GitOps }

// manifests are the project of what follows, an Application of sync/ itself, which
// once applied keeps the others up to date, one of Crossplane, one of platform/, and
// an ApplicationSet that makes one for the folder of each environment below sync/:
// its namespace, its project, and the Application of environments/<name>/. What
// configures Argo CD lies in a folder below, which the Application of sync/ does not
// look into.
func (a argocd) manifests(environments []Environment) []Manifest {
	out := []Manifest{{"sync/project.yaml", a.project()}, {"sync/sync.yaml", a.root()}}
	if a.Crossplane.Install {
		out = append(out, Manifest{"sync/crossplane.yaml", a.crossplane()})
	}
	out = append(out,
		Manifest{"sync/platform.yaml", a.platform()},
		Manifest{"sync/environments.yaml", a.environments(environments)},
		Manifest{"sync/argocd/argocd-cm.yaml", a.config()},
	)
	if a.ArgoCD.Plugin != nil {
		out = append(out,
			Manifest{"sync/argocd/plugin.yaml", a.plugin()},
			Manifest{"sync/argocd/repo-server.yaml", a.repoServer()},
		)
	}
	for _, e := range environments {
		out = append(out, e.namespace(), e.manifest("project.yaml", a.projectOf(e)), e.manifest("sync.yaml", a.environment(e)))
	}
	return out
}

// application is one that applies in wave and, when it prunes, deletes what left
// the repository.
func (a argocd) application(name string, wave int, source Object, namespace string, prune bool) Object {
	app := object(argoAPI, "Application", a.ArgoCD.Namespace, name, Object{
		"project":     a.ArgoCD.Project,
		"source":      source,
		"destination": Object{"server": inside, "namespace": namespace},
		"syncPolicy":  syncPolicy(prune),
	})
	annotations := app["metadata"].(Object)["annotations"].(Object)
	annotations[waveName] = strconv.Itoa(wave)
	annotations[compareName] = serverSide
	return app
}

// serverSide has the API server say what a sync would change, for it knows the
// defaults of the definitions and whose each field is.
const serverSide = "ServerSideDiff=true"

// syncPolicy applies by itself, tries again for as long as something is not
// there yet, each time with what the repository has by then, for the commit that
// mends a failure would wait for it to end, and shares fields with Crossplane, which writes into an XR as well.
// What is deleted goes in the order of its waves and takes what it made along.
func syncPolicy(prune bool) Object {
	return Object{
		"automated": Object{"prune": prune, "selfHeal": true},
		"retry":     Object{"limit": -1, "refresh": true, "backoff": Object{"duration": "10s", "factor": 2, "maxDuration": "5m"}},
		"syncOptions": []any{
			"ServerSideApply=true",
			"SkipDryRunOnMissingResource=true",
			"PrunePropagationPolicy=foreground",
		},
	}
}

// source is a folder of the output in the repository; where Argo CD compiles, the
// sources, of which the plugin makes the folder.
func (a argocd) source(names ...string) Object {
	source := Object{"repoURL": a.Repository.URL, "targetRevision": a.Repository.Branch}
	if plugin := a.ArgoCD.Plugin; plugin != nil {
		source["path"] = plugin.Path
		source["plugin"] = Object{
			"name":       pluginName,
			"parameters": []any{Object{"name": "folder", "string": below("", names...)}},
		}
		return source
	}
	source["path"] = below(a.Repository.Path, names...)
	return source
}

// root is applied last by itself: its health is that of what it applies, so an
// earlier wave would wait for those that come after it.
func (a argocd) root() Object {
	return a.application(rootName, 4, a.source("sync"), a.ArgoCD.Namespace, true)
}

func (a argocd) crossplane() Object {
	source := Object{
		"repoURL":        a.GitOps.Crossplane.Chart,
		"chart":          "crossplane",
		"targetRevision": bootstrap.CrossplaneVersion,
		"helm":           Object{"releaseName": "crossplane", "valuesObject": bootstrap.Values(a.Packages)},
	}
	app := a.application(crossplaneName, 1, source, a.GitOps.Crossplane.Namespace, false)
	policy := app["spec"].(Object)["syncPolicy"].(Object)
	policy["syncOptions"] = append(policy["syncOptions"].([]any), "CreateNamespace=true")
	return app
}

func (a argocd) platform() Object {
	return a.application(platformName, 2, a.source("platform"), a.GitOps.Crossplane.Namespace, false)
}

// environments make an Application of each environment's folder below sync/. When
// the file of an environment goes, so does that Application, and with it what it
// applied, in the reverse order of the waves: first the environment's own
// Application, then its project and its namespace, which stays under protection.
func (a argocd) environments(all []Environment) Object {
	elements := make([]any, len(all))
	for i, e := range all {
		elements[i] = Object{"name": e.Name, "namespace": e.Namespace}
	}
	app := a.application("", 0, a.source("sync", "environments", "{{.name}}"), "{{.namespace}}", true)
	set := object(argoAPI, "ApplicationSet", a.ArgoCD.Namespace, rootName+"-fleet", Object{
		"goTemplate":        true,
		"goTemplateOptions": []any{"missingkey=error"},
		"generators":        []any{Object{"list": Object{"elements": elements}}},
		"syncPolicy":        Object{"preserveResourcesOnDeletion": true},
		"template": Object{
			"metadata": Object{
				"name":        rootName + "-environment-{{.name}}",
				"annotations": Object{compareName: serverSide},
				"finalizers":  []any{deletesResources},
			},
			"spec": app["spec"],
		},
	})
	set["metadata"].(Object)["annotations"].(Object)[waveName] = "3"
	return set
}

// deletesResources makes an Application delete what it applied when it goes itself.
const deletesResources = "resources-finalizer.argocd.argoproj.io"

// environment applies environments/<name>/ in the project of the environment. It
// goes with the environment's file; what it applied goes with it only where deletion
// is allowed, for only there it has the finalizer.
func (a argocd) environment(e Environment) Object {
	app := a.application(e.Namespace, 0, a.source("environments", e.Name), e.Namespace, !e.protected())
	app["spec"].(Object)["project"] = e.Namespace
	metadata := app["metadata"].(Object)
	metadata["annotations"] = Object{compareName: serverSide, waveName: "0"}
	if !e.protected() {
		metadata["finalizers"] = []any{deletesResources}
	}
	return app
}
