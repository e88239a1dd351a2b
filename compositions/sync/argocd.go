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

// manifests returns the project of the other objects, an Application of sync/ itself,
// which keeps the others up to date, one of Crossplane, one of platform/, and an
// ApplicationSet that creates one for the folder of each environment below sync/: its
// namespace, its project, and the Application of environments/<name>/. The configuration
// of Argo CD is in a folder below, which the Application of sync/ does not read.
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

// application applies a source in a wave and, with prune, deletes what is removed from
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

// serverSide lets the API server compute the changes of a sync, because it knows the
// defaults of the definitions and the owner of each field.
const serverSide = "ServerSideDiff=true"

// syncPolicy syncs automatically, shares fields with Crossplane, which writes into an XR
// as well, and retries without limit. Each retry uses the current commit, because the
// commit that fixes a failure would otherwise wait for the failing sync to end.
// Deletions follow the order of the waves and include dependants.
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

// source is a folder of the output in the repository or, if Argo CD compiles, the
// sources from which the plugin makes that folder.
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

// root is in the last wave: its health is that of what it applies, so an earlier wave
// would wait for later ones.
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

// environments creates an Application of each environment's folder below sync/. If the
// environment's file is removed, Argo CD deletes this Application and what it applied,
// in the reverse order of the waves: first the environment's own Application, then its
// project and its namespace, which stays if protected.
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

// deletesResources lets Argo CD delete an Application's resources with the Application.
const deletesResources = "resources-finalizer.argocd.argoproj.io"

// environment applies environments/<name>/ in the environment's project. Argo CD deletes
// it with the environment's file. Its resources are deleted only if deletion is allowed,
// because only then it has the finalizer.
func (a argocd) environment(e Environment) Object {
	source := a.source("environments", e.Name)
	if ring := pinned(a.GitOps, e.Ring); ring != nil {
		source["targetRevision"] = ring.Commit
		if ring.Tag != "" {
			source["targetRevision"] = "refs/tags/" + ring.Tag // a branch may have the same name
		}
	}
	app := a.application(e.Namespace, 0, source, e.Namespace, !e.protected())
	app["spec"].(Object)["project"] = e.Namespace
	metadata := app["metadata"].(Object)
	metadata["annotations"] = Object{compareName: serverSide, waveName: "0"}
	if !e.protected() {
		metadata["finalizers"] = []any{deletesResources}
	}
	return app
}
